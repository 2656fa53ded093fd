public import Notifications

/// One event of a `text/event-stream`.
///
/// **Source:** WHATWG HTML, "Server-sent events", §9.2.5 and §9.2.6.
public struct ServerSentEvent: Sendable, Hashable {
    /// What a client sends back as `Last-Event-ID`; nil leaves the one it has.
    public var id: String?
    public var name: String
    public var data: String

    public init(id: String? = nil, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }

    /// The event as it goes over the wire. A line break in `data` starts another `data` line; in the other fields, which
    /// are one line each, it is dropped.
    public var text: String {
        var text = ""
        if let id { text += "id: \(ServerSentEvent.oneLine(id))\n" }
        text += "event: \(ServerSentEvent.oneLine(name))\n"
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: ServerSentEvent.breaksLine) {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }

    /// A line that clients skip, to show that the connection lives.
    public static func comment(_ words: String) -> String { ": \(oneLine(words))\n\n" }

    private static func oneLine(_ field: String) -> String {
        String(field.unicodeScalars.filter { $0 != "\n" && $0 != "\r" && $0 != "\0" })
    }

    /// Swift counts CR LF as one character, as this format does.
    private static func breaksLine(_ character: Character) -> Bool {
        character == "\n" || character == "\r" || character == "\r\n"
    }
}

extension ServerSentEvent {
    /// `event: status` with the event as JSON; it has an id when it stands in the event log.
    public init(_ event: StatusEvent) {
        self.init(id: event.id.map { String($0) }, name: "status", data: event.json.text)
    }

    /// `event: resync`: what the client knows may be out of date, and it should read again what it shows.
    public init(_ reason: ResyncReason) {
        self.init(name: "resync", data: (["reason": .string(reason.rawValue)] as JSON).text)
    }
}
