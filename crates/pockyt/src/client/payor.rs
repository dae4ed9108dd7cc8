//! Payors of a merchant of record (pockyt-api.md section 4.16). **Experimental**: only the paths are documented, so the
//! caller names the fields and reads the answer.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{Answer, Client, wire_time};
use crate::error::{Error, NotSent};
use crate::ids::PayorNo;
use crate::invalid::InvalidValue;
use crate::secret::ExtraFields;
use crate::sign::{Empties, SIGNATURE_FIELD};

/// A document about a payor.
#[derive(Clone)]
pub struct PayorDocument {
    /// The name of the form's part that holds it.
    pub part: String,
    /// The file's name.
    pub file_name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// The file.
    pub content: Vec<u8>,
}

impl Client {
    /// Registers a payor. **Experimental**. The answer holds a `payorNo`; where in it is not documented.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn register_payor(&self, payor: &ExtraFields) -> Result<Answer<Value>, Error> {
        let mut fields = self.fields();
        fields.extend(payor)?;
        let reply = self.write("/v1/payor/register", fields).await?;
        reply.read()
    }

    /// Uploads a document about a payor, as a form whose text fields are signed. **Experimental**.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn upload_payor_document(
        &self,
        payor_no: &PayorNo,
        document: PayorDocument,
        further: &ExtraFields,
    ) -> Result<Answer<Value>, Error> {
        let mut fields = self.fields();
        fields.extend(further)?;
        fields.set("timestamp", wire_time(self.config.clock.now()));
        let (fields, redactor) = fields.into_parts();
        let signature = self.signer.sign(&fields, Empties::Kept);
        let form = fields
            .into_iter()
            .fold(Form::new(), |form, (name, value)| form.text(name, value));
        let file = Part::bytes(document.content)
            .file_name(document.file_name)
            .mime_str(&document.media_type)
            .map_err(|_| InvalidValue::new("media type", "must be one such as application/pdf"))
            .map_err(NotSent::Invalid)
            .map_err(Error::NotSent)?;
        let path = format!("/v1/payor/upload/{payor_no}");
        let request = self
            .http()?
            .fresh
            .post(self.config.base_url.join(&path)?)
            .multipart(
                form.text(SIGNATURE_FIELD, signature)
                    .part(document.part, file),
            );
        let reply = self.exchange("/v1/payor/upload", request, redactor).await?;
        reply.read()
    }
}
