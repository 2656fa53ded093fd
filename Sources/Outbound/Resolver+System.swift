import Foundation
import NIOCore

extension Resolver {
    /// Asks the system's resolver for A and AAAA alike.
    static let systemLookup: Lookup = { name in
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = IPAddress(entry) { addresses.append(address) }
            next = entry.ai_next
        }
        return addresses
    }
}

extension IPAddress {
    /// Nil for anything but IPv4 and IPv6. The entry must be alive.
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            self.init(.init(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1, \.pointee)))
        case AF_INET6:
            self.init(.init(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1, \.pointee)))
        default: return nil
        }
    }
}
