//! What people write for what the form has a choice for.

use remit_core::ProfileType;

/// The codes of the states of the USA with the names that stand on mail.
const US_STATES: &str = "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|\
    DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|\
    LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|\
    NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|\
    OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|\
    UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|\
    MP Northern Mariana Islands|PR Puerto Rico|VI U.S. Virgin Islands|AA Armed Forces Americas|AE Armed Forces Europe|\
    AP Armed Forces Pacific";

/// Where most of Pockyt's payees live, as people write it; others are written by their two letters.
const COUNTRIES: &str =
    "US usa|united states|united states of america|u.s.|u.s.a.|estados unidos|美国|ee. uu.
CN chn|china|中国
CA can|canada|canadá|加拿大
MX mex|mexico|méxico|墨西哥
BR bra|brazil|brasil|巴西
GB gbr|uk|united kingdom|great britain|reino unido|英国
HK hkg|hong kong|香港
IN ind|india|印度
ID idn|indonesia|印度尼西亚
KR kor|south korea|korea|corea del sur|韩国
MY mys|malaysia|malasia|马来西亚
PH phl|philippines|filipinas|菲律宾
TH tha|thailand|tailandia|泰国
ES esp|spain|españa|西班牙
DE deu|germany|alemania|德国
FR fra|france|francia|法国";

/// The two letters of a country; what is not known stays as it is, and is told at its cell.
pub(super) fn country(text: &str) -> String {
    let lower = text.to_lowercase();
    let known = COUNTRIES.lines().find_map(|line| {
        let (code, names) = line.split_once(' ')?;
        names.split('|').any(|name| name == lower).then_some(code)
    });
    known.map_or_else(|| text.to_uppercase(), str::to_owned)
}

/// A state as it is sent: two letters in the USA, and what stands there elsewhere.
pub(super) fn state(text: &str, country: &str) -> String {
    if country != "US" {
        return text.to_owned();
    }
    let known = US_STATES.split('|').find_map(|entry| {
        let (code, name) = entry.split_once(' ')?;
        let same = code.eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text);
        same.then_some(code)
    });
    known.unwrap_or(text).to_owned()
}

/// Whether it is a state of the USA.
pub(super) fn is_us_state(code: &str) -> bool {
    US_STATES
        .split('|')
        .any(|entry| entry.split(' ').next() == Some(code))
}

/// A person or a company; nothing where it is neither.
pub(super) fn profile_type(text: &str) -> Option<ProfileType> {
    match text.to_lowercase().as_str() {
        "individual" | "person" | "freelancer" | "个人" | "persona" | "particular" => {
            Some(ProfileType::Individual)
        }
        "business" | "company" | "企业" | "公司" | "empresa" | "compañía" => {
            Some(ProfileType::Business)
        }
        _ => None,
    }
}

/// The language of the invitation; nothing where Pockyt writes in no such one.
pub(super) fn language(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "en" | "english" | "英文" | "英语" | "inglés" => Some("en"),
        "zh" | "zh-cn" | "cn" | "chinese" | "中文" | "chino" => Some("zh"),
        _ => None,
    }
}

/// What Pockyt calls a kind of government ID.
pub(super) fn id_type(text: &str) -> Option<&'static str> {
    let known = match text.to_lowercase().replace([' ', '-'], "_").as_str() {
        "ssn" | "social_security_number" | "itin" => "SSN",
        "id_card" | "id" | "national_id" | "身份证" | "dni" => "ID_CARD",
        "passport" | "护照" | "pasaporte" => "PASSPORT",
        "driver_license" | "driver's_license" | "drivers_license" | "驾照" | "licencia" => {
            "DRIVER_LICENSE"
        }
        "business_registration_cert" | "营业执照" => "BUSINESS_REGISTRATION_CERT",
        _ => return None,
    };
    Some(known)
}
