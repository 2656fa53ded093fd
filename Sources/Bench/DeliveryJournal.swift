import Foundation

/// What the simulated provider took, as it noted it: `<unix µs> <route> <notification> <target> <attempt> <word>
/// <idempotency key> <fence>`.
struct DeliveryJournal {
    let path: String
    private var rest: [UInt8] = []
    private var offset: UInt64 = 0

    /// - Parameter fromEnd: whether what is there already is skipped.
    init(path: String, fromEnd: Bool = false) {
        self.path = path
        guard fromEnd, let file = FileHandle(forReadingAtPath: path) else { return }
        offset = (try? file.seekToEnd()) ?? 0
        try? file.close()
    }

    struct Entry: Equatable {
        var at: Date
        var notificationId: UUID
    }

    /// The entries since the last call.
    mutating func read() throws -> [Entry] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        guard let data = try file.readToEnd() else { return [] }
        offset += UInt64(data.count)
        let bytes = rest + Array(data)
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        rest = Array(bytes[end...])
        return bytes[..<end].split(separator: UInt8(ascii: "\n")).compactMap(Entry.init)
    }
}

extension DeliveryJournal.Entry {
    init?(_ line: ArraySlice<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count == 8, let micros = Double(String(decoding: words[0], as: UTF8.self)),
            let id = UUID(uuidString: String(decoding: words[2], as: UTF8.self))
        else { return nil }
        self.init(at: Date(timeIntervalSince1970: micros / 1e6), notificationId: id)
    }
}
