/// Decides which URLs may be called: before anything is resolved (`check`), and once more on what the name led to.
public struct OutboundPolicy: Sendable {
    private let allowed: AllowList

    public init(allowed: AllowList) { self.allowed = allowed }

    /// What is wrong with a URL, as far as can be told without the network; nil when nothing is. The name may still lead
    /// to a private address, which is why every attempt judges the addresses again.
    public func check(url: String) -> OutboundRefusal? {
        do {
            _ = try judge(url)
            return nil
        } catch {
            return error
        }
    }

    func judge(_ text: String) throws(OutboundRefusal) -> OutboundURL {
        let url = try OutboundURL(text)
        guard !allowed.names(url.host, port: url.port) else { return url }
        guard url.scheme == .https else { throw .scheme }
        // Below 1024 listen mail servers and the like, which would read our request as commands.
        guard url.port == 443 || url.port >= 1024 else { throw .port }
        switch url.host {
        case .address(let address, _): try judge([address], of: url)
        // RFC 6761 §6.3: loopback by definition.
        case .name(let name) where name == "localhost" || name.hasSuffix(".localhost"): throw .address
        case .name: break
        }
        return url
    }

    /// Refuses if any of the addresses is not public: a name that has both kinds is an attack or a mistake.
    func judge(_ addresses: [IPAddress], of url: OutboundURL) throws(OutboundRefusal) {
        guard !allowed.names(url.host, port: url.port) else { return }
        for address in addresses where !allowed.covers(address, port: url.port) {
            guard AddressRules.isPublic(address) else { throw .address }
        }
    }
}
