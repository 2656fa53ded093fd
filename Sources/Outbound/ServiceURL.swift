/// Where a service listens, as the operator set it: `https://host[:port][/path]`.
///
/// Plain http is for a stand-in on this machine only, at `127.…`, `[::1]` or `localhost`: credentials go there.
public struct ServiceURL: Sendable, Hashable {
    /// Without a slash at its end.
    private let text: String

    public init(_ text: String) throws(OutboundRefusal) {
        let url = try OutboundURL(text)
        guard url.scheme == .https || url.host.isLoopback else { throw .scheme }
        guard !url.target.contains("?") else { throw .malformed }
        self.text = url.text.hasSuffix("/") ? String(url.text.dropLast()) : url.text
    }

    /// - Parameter path: begins with a slash.
    public func appending(_ path: String) -> String { text + path }
}

extension OutboundURL.Host {
    /// Whether it is this machine by its looks, whatever a name server says.
    fileprivate var isLoopback: Bool {
        switch self {
        case .name(let name): name == "localhost"
        case .address(let address, _):
            address.text == "0:0:0:0:0:0:0:1" || AddressRange("127.0.0.0/8")?.contains(address) == true
        }
    }
}
