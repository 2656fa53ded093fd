import Notifications

/// How urgent a request to notify is, seen in its body without making anything of the rest.
struct RequestGlance: Hashable {
    var priority: Priority
    var isList: Bool

    /// Nil for whatever takes a closer look: what is not an object as callers write it, names a member twice, or spells
    /// one of the words that matter with escapes.
    init?(_ body: some Collection<UInt8>) {
        let found = body.withContiguousStorageIfAvailable { bytes in
            var scan = Scan(bytes: UnsafeRawBufferPointer(bytes))
            return scan.glance()
        }
        guard let found = found ?? nil else { return nil }
        self = found
    }

    private init(priority: Priority, isList: Bool) {
        self.priority = priority
        self.isList = isList
    }

    /// Goes over the members of the outermost object.
    private struct Scan {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        mutating func glance() -> RequestGlance? {
            var priority: Priority?
            var isList: Bool?
            guard take("{") else { return nil }
            repeat {
                guard let name = word(), take(":") else { return nil }
                skipSpace()
                if name.elementsEqual("priority".utf8) {
                    guard priority == nil, let value = word(), let known = Scan.priority(value) else { return nil }
                    priority = known
                } else {
                    if name.elementsEqual("to".utf8) {
                        guard isList == nil, position < bytes.count else { return nil }
                        isList = bytes[position] == UInt8(ascii: "[")
                    }
                    guard skipValue() else { return nil }
                }
            } while take(",")
            guard take("}"), let isList else { return nil }
            return RequestGlance(priority: priority ?? .medium, isList: isList)
        }

        private static func priority(_ word: Slice<UnsafeRawBufferPointer>) -> Priority? {
            Priority.allCases.first { word.elementsEqual($0.name.utf8) }
        }

        private mutating func skipSpace() {
            while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// A string without escapes.
        private mutating func word() -> Slice<UnsafeRawBufferPointer>? {
            guard take("\"") else { return nil }
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == UInt8(ascii: "\\") { return nil }
                position += 1
            }
            return take("\"") ? bytes[start..<position - 1] : nil
        }

        /// Up to the comma or the brace behind a value; whether it is JSON is not asked.
        private mutating func skipValue() -> Bool {
            var depth = 0
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "\""): guard skipString() else { return false }
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return true }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: return true
                default: break
                }
                position += 1
            }
            return false
        }

        /// To the closing quote.
        private mutating func skipString() -> Bool {
            position += 1
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "\""): return true
                case UInt8(ascii: "\\"): position += 2
                default: position += 1
                }
            }
            return false
        }
    }
}
