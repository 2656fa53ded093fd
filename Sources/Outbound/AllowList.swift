/// What an operator exempts from the address rules: names, addresses and ranges of the own network.
///
/// An entry is a host or an address with an optional port, or a range: `localhost`, `hooks.internal:8443`,
/// `127.0.0.1:8099`, `[::1]:8099`, `10.0.0.0/8`, `fd00::/8`. Plain http is allowed to what an entry names literally.
public struct AllowList: Sendable, Hashable {
    /// An entry that is none of the forms.
    public struct InvalidEntry: Error, Hashable, CustomStringConvertible {
        public let entry: String
        public var description: String { "\"\(entry)\" is neither a host, an address nor a range" }
    }

    private struct Entry: Hashable {
        enum Place: Hashable {
            case name(String)
            case range(AddressRange)
        }

        var place: Place
        /// Nil for every port.
        var port: Int?

        func covers(_ port: Int) -> Bool { self.port == nil || self.port == port }
    }

    private var entries: [Entry]

    /// Nothing is exempt.
    public static let empty = AllowList(entries: [])

    public init(parsing entries: [String]) throws(InvalidEntry) {
        self.entries = []
        for entry in entries {
            guard let parsed = AllowList.parse(entry) else { throw InvalidEntry(entry: entry) }
            self.entries.append(parsed)
        }
    }

    private init(entries: [Entry]) { self.entries = entries }

    /// Whether an entry names this host itself, by its name or as the literal that it is.
    func names(_ host: OutboundURL.Host, port: Int) -> Bool {
        switch host {
        case .name(let name): entries.contains { $0.place == .name(name) && $0.covers(port) }
        case .address(let address, _): covers(address, port: port)
        }
    }

    func covers(_ address: IPAddress, port: Int) -> Bool {
        entries.contains { entry in
            guard case .range(let range) = entry.place else { return false }
            return range.contains(address) && entry.covers(port)
        }
    }

    private static func parse(_ text: String) -> Entry? {
        if let range = AddressRange(text) { return Entry(place: .range(range)) }
        guard let url = try? OutboundURL("https://" + text), url.target == "/", !text.contains("/") else { return nil }
        let port = text.hasSuffix(":\(url.port)") ? url.port : nil
        switch url.host {
        case .name(let name): return Entry(place: .name(name), port: port)
        case .address(_, let literal): return AddressRange(literal).map { Entry(place: .range($0), port: port) }
        }
    }
}
