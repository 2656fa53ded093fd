/// Reads a `text/event-stream` as its bytes come.
///
/// **Source:** WHATWG HTML, "Server-sent events", §9.2.5 and §9.2.6.
struct EventStreamParser {
    struct Event: Equatable {
        /// Nil where the event itself has none.
        var id: String?
        var name = "message"
        var data: [String] = []
    }

    private let maximumBytes: Int
    private var line: [UInt8] = []
    private var event = Event()
    /// Of the event that is being read.
    private var size = 0
    private var endedByReturn = false

    /// - Parameter maximumBytes: of one event.
    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Takes the next bytes and returns the events that they complete.
    mutating func append(_ bytes: some Sequence<UInt8>) throws(BelfryClientError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            // A line ends with CR, LF or both.
            let isSecondHalf = byte == UInt8(ascii: "\n") && endedByReturn
            endedByReturn = byte == UInt8(ascii: "\r")
            if isSecondHalf { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
                size += 1
                if size > maximumBytes { throw .answerTooLarge }
            }
        }
        return events
    }

    /// The event that an empty line completes; one without data is none.
    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        guard line.isEmpty else {
            readField(String(decoding: line, as: UTF8.self))
            return nil
        }
        defer {
            event = Event()
            size = 0
        }
        return event.data.isEmpty ? nil : event
    }

    private mutating func readField(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? parts[1] : ""
        let value = String(rest.first == " " ? rest.dropFirst() : rest)
        switch parts[0] {
        case "id": event.id = value
        case "event": event.name = value
        case "data": event.data.append(value)
        default: break
        }
    }
}
