/// Why a message is not written. Nothing here repeats what the message says.
public enum MailError: Error, Sendable, Hashable {
    /// A CR, LF, NUL or other control character where a header or an envelope would carry it.
    case controlCharacter(part: String)
    /// Not an address that may stand in an envelope and a header.
    case invalidAddress(part: String, EmailAddress.Problem)
    case invalidHeaderName
    /// A header that Belfry writes itself, or that a server would be misled by.
    case forbiddenHeader(name: String)
    case tooLong(part: String, limit: Int)
    /// Not `type/subtype`.
    case invalidContentType
    /// Not an https, http or mailto URL.
    case invalidUnsubscribeURL
    /// Neither text nor HTML.
    case noContent
}

extension MailError: CustomStringConvertible {
    /// To be read after the field's name.
    public var description: String {
        switch self {
        case .controlCharacter: "must not contain line breaks or control characters"
        case .invalidAddress(_, let problem): problem.description
        case .invalidHeaderName: "must be a header's name: visible ASCII without a colon, at most 64 characters"
        case .forbiddenHeader(let name): "must not set \(name), which is written for you or misleads servers"
        case .tooLong(_, let limit): "must be at most \(limit) bytes"
        case .invalidContentType: "must be a media type such as application/pdf"
        case .invalidUnsubscribeURL: "must be an https, http or mailto URL without spaces"
        case .noContent: "needs text or HTML"
        }
    }

    /// A stable word for programs.
    public var code: String {
        switch self {
        case .controlCharacter: "controlCharacter"
        case .invalidAddress: "invalidAddress"
        case .invalidHeaderName, .forbiddenHeader: "header"
        case .tooLong: "tooLong"
        case .invalidContentType: "contentType"
        case .invalidUnsubscribeURL: "listUnsubscribe"
        case .noContent: "noContent"
        }
    }
}
