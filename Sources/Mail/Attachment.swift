/// A file that goes along, or an image that the HTML shows.
public struct Attachment: Sendable, Hashable {
    public let filename: String
    /// `type/subtype`, without parameters.
    public let contentType: String
    public let content: [UInt8]
    /// Set for what the HTML shows by `cid:<contentId>`; such parts travel with the HTML.
    public let contentId: String?

    public init(filename: String, contentType: String, content: [UInt8], contentId: String? = nil) throws(MailError) {
        try HeaderText.check(filename, part: "filename")
        guard filename.utf8.count <= 255 else { throw .tooLong(part: "filename", limit: 255) }
        guard Attachment.isMediaType(contentType) else { throw .invalidContentType }
        if let contentId, !Attachment.isContentId(contentId) { throw .controlCharacter(part: "contentId") }
        self.filename = filename
        self.contentType = contentType
        self.content = content
        self.contentId = contentId
    }

    /// Multiparts and messages have rules of their own about encodings, and nobody attaches them.
    private static func isMediaType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 70
            && !["multipart", "message"].contains(parts[0].lowercased())
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { $0.isLetterOrDigit || "!#$&-^_.+".utf8.contains($0) }
            }
    }

    private static func isContentId(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isLetterOrDigit || "!#$%&'*+-/=?^_`{|}~.@".utf8.contains($0) }
    }
}
