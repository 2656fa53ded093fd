/// Why a URL may not be called.
public enum OutboundRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case tooLong, malformed, scheme, userInfo, host, port, address

    /// What is wrong, to be read after the field's name; never the URL itself.
    public var message: String {
        switch self {
        case .tooLong: "is longer than \(OutboundURL.maximumLength) bytes"
        case .malformed: "is not a valid URL without a fragment"
        case .scheme: "must begin with https://"
        case .userInfo: "must not contain a user name or password"
        case .host: "has no valid host"
        case .port: "has a port that is not allowed"
        case .address: "leads to an address that is not public"
        }
    }
}
