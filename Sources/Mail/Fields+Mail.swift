import Foundation
import Notifications

extension Fields {
    /// One line of text.
    func headerText(_ name: String) -> String? {
        guard let text = string(name, maximum: MailMessage.maximumSubjectLength) else { return nil }
        return attempt(name) { () throws(MailError) in
            try HeaderText.check(text, part: name)
            return text
        }
    }

    func mailbox(_ name: String) -> Mailbox? {
        guard let text = string(name, maximum: 1024) else { return nil }
        return attempt(name) { () throws(MailError) in try Mailbox(parsing: text, part: name) }
    }

    func mailboxes(_ name: String) -> [Mailbox] {
        texts(name, maximum: EmailContent.maximumCopies) { text throws(MailError) in
            try Mailbox(parsing: text, part: name)
        }
    }

    /// An array of strings, each made into something.
    func texts<Value>(_ name: String, maximum: Int, make: (String) throws(MailError) -> Value) -> [Value] {
        (array(name, maximum: maximum) ?? []).prefix(maximum).enumerated().compactMap { index, element in
            let place = "\(name)[\(index)]"
            guard let text = element.string else {
                note(place, .wrongType, "must be a string, not \(element.kind)")
                return nil
            }
            return attempt(place) { () throws(MailError) in try make(text) }
        }
    }

    func customHeaders(_ name: String) -> [CustomHeader] {
        guard let nested = nested(name) else { return [] }
        let members = nested.object.members
        if members.count > EmailContent.maximumHeaders {
            note(name, .tooMany, "must have at most \(EmailContent.maximumHeaders) members")
        }
        return members.prefix(EmailContent.maximumHeaders).compactMap { member in
            guard let value = member.value.string else {
                nested.note(member.name, .wrongType, "must be a string, not \(member.value.kind)")
                return nil
            }
            return nested.attempt(member.name) { () throws(MailError) in
                try CustomHeader(name: member.name, value: value)
            }
        }
    }

    func attachments(_ name: String) -> [Attachment] {
        (nestedArray(name, maximum: EmailContent.maximumAttachments) ?? []).prefix(EmailContent.maximumAttachments)
            .compactMap { $0.attachment() }
    }

    private func attachment() -> Attachment? {
        allow(["filename", "contentType", "content", "contentId", "inline"])
        ["filename", "content"].forEach(require)
        let contentId = string("contentId", maximum: 128)
        let isInline = object["inline"]?.bool ?? (contentId != nil)
        if isInline, contentId == nil { note("contentId", .missing, "is required of what is inline") }
        guard let filename = string("filename", maximum: 255), let text = string("content", maximum: 1 << 21) else {
            return nil
        }
        guard let content = Data(base64Encoded: text) else {
            note("content", .invalid, "must be base64")
            return nil
        }
        let contentType = string("contentType", maximum: 70) ?? "application/octet-stream"
        return attempt("") { () throws(MailError) in
            try Attachment(
                filename: filename, contentType: contentType, content: Array(content),
                contentId: isInline ? contentId : nil)
        }
    }

    /// Notes what the body throws as a problem of the member.
    private func attempt<Value>(_ name: String, _ body: () throws(MailError) -> Value) -> Value? {
        do {
            return try body()
        } catch {
            note(name, .invalid, error.description)
            return nil
        }
    }
}
