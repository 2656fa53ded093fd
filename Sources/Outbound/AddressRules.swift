/// Which addresses lie on the public internet. Everything else is refused: our own network, cloud metadata, and the
/// IPv6 forms that carry an IPv4 address past a naive check.
///
/// **Source:** IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its successors).
enum AddressRules {
    static func isPublic(_ address: IPAddress) -> Bool {
        switch address.family {
        case .v4: !specialV4.contains { $0.contains(address) }
        case .v6: globalV6.contains { $0.contains(address) } && !specialV6.contains { $0.contains(address) }
        }
    }

    private static let specialV4 = [
        "0.0.0.0/8",  // this network, unspecified
        "10.0.0.0/8",  // private
        "100.64.0.0/10",  // carrier-grade NAT
        "127.0.0.0/8",  // loopback
        "169.254.0.0/16",  // link-local, cloud metadata
        "172.16.0.0/12",  // private
        "192.0.0.0/24",  // protocol assignments
        "192.0.2.0/24",  // documentation
        "192.88.99.0/24",  // 6to4 relays
        "192.168.0.0/16",  // private
        "198.18.0.0/15",  // benchmarking
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",  // documentation
        "224.0.0.0/4",  // multicast
        "240.0.0.0/4",  // reserved, broadcast
    ].compactMap(AddressRange.init)

    /// Global unicast. What lies outside is special by definition: `::`, loopback, IPv4-mapped and -compatible, NAT64
    /// (`64:ff9b::/96`), discard-only, unique local, link-local, site-local, multicast.
    private static let globalV6 = ["2000::/3"].compactMap(AddressRange.init)

    private static let specialV6 = [
        "2001::/23",  // protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  // documentation
        "2002::/16",  // 6to4 embeds an IPv4 address
        "3fff::/20",  // documentation
    ].compactMap(AddressRange.init)
}
