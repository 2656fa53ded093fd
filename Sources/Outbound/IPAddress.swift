import Foundation
import NIOCore

/// An IPv4 or IPv6 address as a number, so that ranges are plain arithmetic.
struct IPAddress: Hashable, Sendable {
    enum Family: Hashable, Sendable { case v4, v6 }

    var family: Family
    /// The address in host order; an IPv4 address uses the low 32 bits.
    var bits: UInt128

    /// Reads a canonical literal: four decimal parts, or the text forms of RFC 4291. The shorthands of `inet_aton`
    /// (`127.1`, `0x7f.0.0.1`, `2130706433`) and scopes (`%eth0`) are none.
    init?(literal: String) {
        guard !literal.contains("%"), let address = try? SocketAddress(ipAddress: literal, port: 0) else { return nil }
        self.init(address)
    }

    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address): self.init(.v4, bigEndian: withUnsafeBytes(of: address.address.sin_addr, Array.init))
        case .v6(let address): self.init(.v6, bigEndian: withUnsafeBytes(of: address.address.sin6_addr, Array.init))
        case .unixDomainSocket: return nil
        }
    }

    /// A literal that `init(literal:)` reads.
    var text: String {
        switch family {
        case .v4: (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0))) }.joined(separator: ".")
        case .v6:
            (0..<8).map { String(UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)), radix: 16) }
                .joined(separator: ":")
        }
    }

    private init(_ family: Family, bigEndian bytes: [UInt8]) {
        self.family = family
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}

/// A block of addresses: `10.0.0.0/8`, `fc00::/7`.
struct AddressRange: Hashable, Sendable {
    private var first: IPAddress
    private var prefixLength: Int

    /// Reads CIDR notation; a bare address is a range of one. Bits beyond the prefix are ignored.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(literal: String(parts[0])) else { return nil }
        let width = AddressRange.width(first.family)
        guard parts.count == 2 else {
            self.init(first: first, prefixLength: width)
            return
        }
        guard let prefixLength = Int(parts[1]), 0...width ~= prefixLength else { return nil }
        self.init(first: first, prefixLength: prefixLength)
    }

    private init(first: IPAddress, prefixLength: Int) {
        self.first = first
        self.prefixLength = prefixLength
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.family == first.family else { return false }
        let hostBits = AddressRange.width(first.family) - prefixLength
        return address.bits >> hostBits == first.bits >> hostBits
    }

    private static func width(_ family: IPAddress.Family) -> Int { family == .v4 ? 32 : 128 }
}
