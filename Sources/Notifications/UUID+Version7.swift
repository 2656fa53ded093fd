public import Foundation

extension UUID {
    /// A version 7 UUID: 48 bits of Unix milliseconds, then random bits, so ids sort by the time they were made.
    ///
    /// **Source:** RFC 9562 §5.7.
    public static func version7(at date: Date, using random: inout some RandomNumberGenerator) -> UUID {
        let high = date.unixMilliseconds << 16 | 0x7000 | (random.next() & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (random.next() & 0x3FFF_FFFF_FFFF_FFFF)
        return UUID(high: high, low: low)
    }

    public static func version7(at date: Date) -> UUID {
        var random = SystemRandomNumberGenerator()
        return version7(at: date, using: &random)
    }

    /// The smallest version 7 UUID of a moment: the bound of a partition, or of a range of time.
    public static func version7Floor(at date: Date) -> UUID {
        UUID(high: date.unixMilliseconds << 16, low: 0)
    }

    /// When a version 7 UUID was made, to the millisecond.
    public var version7Date: Date {
        let bytes = uuid
        let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The canonical text in lower case, as Postgres and our JSON print it.
    ///
    /// By hand, since every id is printed several times on its way and Foundation goes through `printf`.
    public var text: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            func append(_ character: UInt8) {
                text[place] = character
                place += 1
            }
            withUnsafeBytes(of: uuid) { bytes in
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 { append(UInt8(ascii: "-")) }
                    append(UUID.digits[Int(byte >> 4)])
                    append(UUID.digits[Int(byte & 0xF)])
                }
            }
            return place
        }
    }

    /// Reads ``text``, in upper case too. By hand for the same reason; nil for anything else.
    public init?(text: [UInt8]) {
        guard text.count == 36 else { return nil }
        var (words, digits) = ((high: UInt64(0), low: UInt64(0)), 0)
        for (place, character) in text.enumerated() {
            if place == 8 || place == 13 || place == 18 || place == 23 {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
            default: return nil
            }
            if digits < 16 {
                words.high = words.high << 4 | UInt64(digit)
            } else {
                words.low = words.low << 4 | UInt64(digit)
            }
            digits += 1
        }
        self.init(high: words.high, low: words.low)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private init(high: UInt64, low: UInt64) {
        func byte(_ word: UInt64, _ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * place)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6), byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}

extension Date {
    /// Rounded, since a `Date` often lies a little before the millisecond it was made from; 0 for all before 1970.
    fileprivate var unixMilliseconds: UInt64 { UInt64(max(0, (timeIntervalSince1970 * 1000).rounded())) }
}
