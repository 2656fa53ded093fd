/// A part of a message: bytes with headers, or several parts behind one header.
///
/// **Source:** RFC 2045, 2046 §5.1, 2387 (related), 2392 (Content-ID).
indirect enum MIMEPart {
    case leaf(headers: [String], encoding: TransferEncoding, bytes: [UInt8])
    case alternative([MIMEPart])
    /// The first part is the HTML that shows the others.
    case related([MIMEPart])
    case mixed([MIMEPart])

    static func text(_ text: String, subtype: String) -> MIMEPart {
        let bytes = CRLF.normalised(text)
        return .leaf(
            headers: [HeaderText.fold("Content-Type", ["text/\(subtype);", "charset=utf-8"])],
            encoding: .best(for: bytes), bytes: bytes)
    }

    static func attachment(_ attachment: Attachment) -> MIMEPart {
        let disposition = attachment.contentId == nil ? "attachment" : "inline"
        var headers = [
            HeaderText.fold("Content-Type", [attachment.contentType]),
            HeaderText.fold(
                "Content-Disposition", [disposition + ";"] + HeaderParameter.words("filename", attachment.filename)),
        ]
        if let id = attachment.contentId { headers.append("Content-ID: <\(id)>\r\n") }
        return .leaf(headers: headers, encoding: .base64, bytes: attachment.content)
    }

    /// Writes the part's headers, an empty line, and its content, which ends a line.
    ///
    /// - Parameter boundary: of this multipart; those inside get a number behind it. It begins with `=_`, which neither
    ///   encoding can produce, so it is in no content.
    func write(boundary: String, into output: inout [UInt8]) {
        switch self {
        case .leaf(let headers, let encoding, let bytes):
            output += headers.joined().utf8
            output += "Content-Transfer-Encoding: \(encoding.rawValue)\r\n\r\n".utf8
            encoding.encode(bytes, into: &output)
        case .alternative(let parts): MIMEPart.write(parts, as: ["multipart/alternative;"], boundary, &output)
        case .related(let parts):
            MIMEPart.write(parts, as: ["multipart/related;", "type=\"text/html\";"], boundary, &output)
        case .mixed(let parts): MIMEPart.write(parts, as: ["multipart/mixed;"], boundary, &output)
        }
    }

    private static func write(
        _ parts: [MIMEPart], as type: [String], _ boundary: String, _ output: inout [UInt8]
    ) {
        output += HeaderText.fold("Content-Type", type + ["boundary=\"\(boundary)\""]).utf8
        output += CRLF.bytes
        for (index, part) in parts.enumerated() {
            output += "--\(boundary)\r\n".utf8
            part.write(boundary: "\(boundary).\(index)", into: &output)
        }
        output += "--\(boundary)--\r\n".utf8
    }
}
