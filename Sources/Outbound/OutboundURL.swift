/// A URL that we are willing to take apart: `https://host[:port][/path][?query]` and nothing else.
///
/// Two parsers that read one URL differently are how a check is passed for one host and the connection goes to another.
/// So this one is strict, and what is handed on is `text`, built from the parts that were judged.
///
/// **Source:** RFC 3986; a last label that begins with a digit is an IPv4 address or an error, after the WHATWG URL
/// standard.
struct OutboundURL: Hashable, Sendable {
    enum Scheme: String, Sendable { case https, http }

    enum Host: Hashable, Sendable {
        /// Lower case.
        case name(String)
        case address(IPAddress, literal: String)

        /// As `getaddrinfo` and certificates want it: an IPv6 literal has no brackets.
        var text: String {
            switch self {
            case .name(let name): name
            case .address(_, let literal): literal
            }
        }
    }

    static let maximumLength = 2048

    let scheme: Scheme
    let host: Host
    let port: Int
    /// Path and query as written; "/" at least.
    let target: String

    init(_ text: String) throws(OutboundRefusal) {
        guard text.utf8.count <= OutboundURL.maximumLength else { throw .tooLong }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].hasPrefix("://") else {
            throw .malformed
        }
        guard let scheme = Scheme(rawValue: text[..<colon].lowercased()) else { throw .scheme }
        let rest = text[colon...].dropFirst(3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else { throw .userInfo }
        let (host, port) = try OutboundURL.split(authority)
        guard OutboundURL.isPlain(rest[end...]) else { throw .malformed }
        self.scheme = scheme
        self.host = host
        self.port = port ?? (scheme == .https ? 443 : 80)
        target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
    }

    /// The URL again, from its parts.
    var text: String {
        switch host {
        case .address(let address, let literal) where address.family == .v6:
            "\(scheme.rawValue)://[\(literal)]:\(port)\(target)"
        default: "\(scheme.rawValue)://\(host.text):\(port)\(target)"
        }
    }

    private static func split(_ authority: Substring) throws(OutboundRefusal) -> (Host, Int?) {
        guard authority.hasPrefix("[") else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (try host(parts[0]), try parts.count == 2 ? port(parts[1]) : nil)
        }
        guard let close = authority.firstIndex(of: "]") else { throw .host }
        let literal = String(authority[authority.index(after: authority.startIndex)..<close])
        guard let address = IPAddress(literal: literal), address.family == .v6 else { throw .host }
        let rest = authority[authority.index(after: close)...]
        guard !rest.isEmpty else { return (.address(address, literal: literal), nil) }
        guard rest.hasPrefix(":") else { throw .host }
        return (.address(address, literal: literal), try port(rest.dropFirst()))
    }

    private static func host(_ text: Substring) throws(OutboundRefusal) -> Host {
        let name = text.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard 1...253 ~= name.utf8.count, labels.allSatisfy(isLabel) else { throw .host }
        guard labels.last?.first?.isNumber == true else { return .name(name) }
        guard let address = IPAddress(literal: name) else { throw .host }
        return .address(address, literal: name)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        1...63 ~= label.utf8.count && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func port(_ text: Substring) throws(OutboundRefusal) -> Int {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = Int(text),
            1...65535 ~= port
        else { throw .port }
        return port
    }

    /// Whether it is a path and a query of RFC 3986, with every percent sign followed by two digits.
    private static func isPlain(_ target: Substring) -> Bool {
        let bytes = Array(target.utf8)
        return bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "%") else { return mayStand[Int(bytes[index])] }
            return bytes[(index + 1)...].prefix(2).count(where: isHexDigit) == 2
        }
    }

    /// By byte, whether it may stand in a path or a query as it is.
    private static let mayStand = (UInt8.min...UInt8.max).map { byte in
        isLetterOrDigit(byte) || "-._~!$&'()*+,;=:@/?".utf8.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
