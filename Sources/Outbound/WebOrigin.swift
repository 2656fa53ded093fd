/// Scheme, host and port of a URL, the port left out where it is the scheme's own.
///
/// **Source:** RFC 6454 §6.2, for a URL of ours: ASCII, in lower case.
public enum WebOrigin {
    /// Nil for a URL that we would not call.
    public static func text(of url: String) -> String? {
        guard let url = try? OutboundURL(url) else { return nil }
        let port = url.port == (url.scheme == .https ? 443 : 80) ? "" : ":\(url.port)"
        let host = url.host.text.contains(":") ? "[\(url.host.text)]" : url.host.text
        return "\(url.scheme.rawValue)://\(host)\(port)"
    }
}
