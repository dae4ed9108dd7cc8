//! What the columns of a file of people hold, and what they are called.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::field::{Confidence, Language, bare};

/// What a column of a file of people holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[expect(missing_docs, reason = "named as in the form")]
pub enum PersonField {
    FirstName,
    LastName,
    Email,
    DateOfBirth,
    CountryCode,
    State,
    City,
    Street,
    Street2,
    Zip,
    Phone,
    /// A person or a company.
    ProfileType,
    Company,
    /// In which language Pockyt writes.
    Lang,
    /// The owner's own code.
    Code,
    /// Pockyt's number of somebody who is a payee already.
    CustomerNo,
    GovernmentIdType,
    /// Secret: it is shown, kept and exported nowhere.
    GovernmentId,
}

impl PersonField {
    /// All of them, in the order of the template.
    pub const ALL: [Self; 18] = [
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::DateOfBirth,
        Self::CountryCode,
        Self::State,
        Self::City,
        Self::Street,
        Self::Street2,
        Self::Zip,
        Self::Phone,
        Self::ProfileType,
        Self::Company,
        Self::Lang,
        Self::Code,
        Self::CustomerNo,
        Self::GovernmentIdType,
        Self::GovernmentId,
    ];
    /// Without which nobody can be registered.
    pub const REQUIRED: [Self; 9] = [
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::DateOfBirth,
        Self::CountryCode,
        Self::State,
        Self::City,
        Self::Street,
        Self::Zip,
    ];

    /// What columns that hold it are called, the header of the template first, in each language.
    fn names(self) -> [&'static str; 3] {
        match self {
            Self::FirstName => [
                "First name|given name|forename|firstname",
                "名|名字",
                "Nombre|nombres|nombre de pila",
            ],
            Self::LastName => [
                "Last name|family name|surname",
                "姓|姓氏",
                "Apellidos|apellido",
            ],
            Self::Email => [
                "E-mail|email address|mail",
                "电子邮箱|邮箱|电子邮件|电邮",
                "Correo electrónico|correo|e-mail",
            ],
            Self::DateOfBirth => [
                "Date of birth|birth date|birthday|dob|born",
                "出生日期|生日",
                "Fecha de nacimiento|nacimiento",
            ],
            Self::CountryCode => [
                "Country|country code",
                "国家|国家代码|国家地区",
                "País|código de país",
            ],
            Self::State => [
                "State|state or province|province|region",
                "省份|省|州|州省",
                "Estado|provincia|estado o provincia",
            ],
            Self::City => ["City|town", "城市|市", "Ciudad|localidad|municipio"],
            Self::Street => [
                "Street|address|street address|address line 1|address 1",
                "街道|地址|街道地址",
                "Calle|dirección|domicilio",
            ],
            Self::Street2 => [
                "Address line 2|street 2|address 2|apartment",
                "地址第二行|地址2",
                "Dirección 2|piso",
            ],
            Self::Zip => [
                "Postal code|zip|zip code|postcode",
                "邮政编码|邮编",
                "Código postal|cp",
            ],
            Self::Phone => [
                "Phone|phone number|telephone|mobile|cell",
                "电话|手机|手机号|电话号码",
                "Teléfono|móvil|celular",
            ],
            Self::ProfileType => [
                "Person or company|type|profile type|payee type",
                "个人或企业|类型",
                "Persona o empresa|tipo",
            ],
            Self::Company => [
                "Company|company name|business name|legal name",
                "公司名称|公司|企业名称",
                "Empresa|razón social",
            ],
            Self::Lang => ["Language|lang", "语言", "Idioma|lengua"],
            Self::Code => [
                "Own code|payee code|code|vendor id|contractor id|employee id|supplier id",
                "编号|收款人编号|工号|供应商编号",
                "Código|código propio|código del beneficiario",
            ],
            Self::CustomerNo => [
                "Customer number|customerno|customer no|customer id",
                "客户号|客户编号",
                "Número de cliente",
            ],
            Self::GovernmentIdType => [
                "ID type|government id type|document type|id kind",
                "证件类型",
                "Tipo de documento",
            ],
            Self::GovernmentId => [
                "Government ID|id number|ssn|social security number|social security|passport|passport number|tax id|tax number|tin|national id|document number|driver license|itin",
                "证件号码|身份证|身份证号|身份证号码|护照号|护照",
                "Documento de identidad|dni|nie|nif|curp|rfc|pasaporte|número de documento|cédula",
            ],
        }
    }

    /// The header that a template has for it.
    #[must_use]
    pub fn header(self, language: Language) -> &'static str {
        let [english, chinese, spanish] = self.names();
        let names = match language {
            Language::English => english,
            Language::Chinese => chinese,
            Language::Spanish => spanish,
        };
        names.split('|').next().unwrap_or_default()
    }

    /// Its name in the form, where the form has it.
    #[must_use]
    pub fn form_name(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Email => "email",
            Self::DateOfBirth => "dateOfBirth",
            Self::CountryCode => "countryCode",
            Self::State => "state",
            Self::City => "city",
            Self::Street => "street",
            Self::Street2 => "street2",
            Self::Zip => "zip",
            Self::Phone => "phone",
            Self::ProfileType => "profileType",
            Self::Company => "company",
            Self::Lang => "lang",
            Self::Code => "code",
            Self::CustomerNo => "customerNo",
            Self::GovernmentIdType => "governmentIdType",
            Self::GovernmentId => "governmentId",
        }
    }

    pub(crate) fn by_header(header: &str) -> Option<(Self, Confidence)> {
        let bare = bare(header);
        if bare.is_empty() {
            return None;
        }
        let mut exact = NAMES.iter().filter(|(name, _)| *name == bare);
        if let Some((_, field)) = exact.next() {
            return Some((*field, Confidence::Certain));
        }
        // A longer header that contains a known name: the longest of them tells.
        let contained = NAMES.iter().filter(|(name, _)| {
            let long = name.chars().count() >= if name.is_ascii() { 4 } else { 2 };
            long && bare.contains(name.as_str())
        });
        contained
            .max_by_key(|(name, _)| name.chars().count())
            .map(|(_, field)| (*field, Confidence::Likely))
    }
}

/// What columns are called, as [`bare`] leaves it, with what such a column holds.
static NAMES: LazyLock<Vec<(String, PersonField)>> = LazyLock::new(|| {
    let fields = PersonField::ALL.into_iter();
    let names = fields.flat_map(|field| field.names().map(|names| (names, field)));
    names
        .flat_map(|(names, field)| names.split('|').map(move |name| (bare(name), field)))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_in_three_languages() {
        for field in PersonField::ALL {
            for language in [Language::English, Language::Chinese, Language::Spanish] {
                let header = field.header(language);
                let read = PersonField::by_header(header);
                assert_eq!(read, Some((field, Confidence::Certain)), "{header}");
            }
        }
        let likely = PersonField::by_header("Contractor's SSN number");
        assert_eq!(likely, None, "three letters are part of too many words");
        let mut seen = std::collections::HashMap::new();
        for field in PersonField::ALL {
            for name in field.names().into_iter().flat_map(|all| all.split('|')) {
                let other = seen.insert(bare(name), field);
                assert!(other.is_none_or(|other| other == field), "{name}");
            }
        }
    }
}
