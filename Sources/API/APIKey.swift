import Crypto

/// A caller's key, `bf_live_<id>_<secret><checksum>`: shown once when it is made, then kept only as a hash.
///
/// The prefix lets secret scanners find it; the checksum over all before it lets us refuse a mistyped or made-up key
/// without asking the database.
public struct APIKey: Sendable, Hashable {
    public enum Environment: String, Sendable, Hashable, CaseIterable {
        case live, test
    }

    public let environment: Environment
    /// What the key is stored and revoked by; no secret.
    public let id: String
    /// The whole key, to be shown once.
    public let text: String

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    private static let idLength = 12
    /// 32 of 62 characters: 190 bits.
    private static let secretLength = 32
    private static let checksumLength = 8

    /// A new key from the system's random numbers.
    public static func generate(_ environment: Environment = .live) -> APIKey {
        var random = SystemRandomNumberGenerator()
        return APIKey(environment, using: &random)
    }

    init(_ environment: Environment, using random: inout some RandomNumberGenerator) {
        func word(_ length: Int) -> String {
            String((0..<length).map { _ in APIKey.alphabet[Int.random(in: 0..<APIKey.alphabet.count, using: &random)] })
        }
        self.environment = environment
        id = word(APIKey.idLength)
        let body = "bf_\(environment.rawValue)_\(id)_\(word(APIKey.secretLength))"
        text = body + APIKey.checksum(body)
    }

    /// Reads a key; nil for anything that is not of its form or has a wrong checksum.
    public init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "bf", let environment = Environment(rawValue: String(parts[1])),
            APIKey.isWord(parts[2], length: APIKey.idLength),
            APIKey.isWord(parts[3], length: APIKey.secretLength + APIKey.checksumLength),
            text.hasSuffix(APIKey.checksum(text.dropLast(APIKey.checksumLength)))
        else { return nil }
        self.environment = environment
        id = String(parts[2])
        self.text = text
    }

    /// SHA-256 of the whole key: what is stored.
    public var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    private static func isWord(_ text: Substring, length: Int) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy(isInAlphabet)
    }

    private static func isInAlphabet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func checksum(_ body: some StringProtocol) -> String {
        let digits = String(CRC32.checksum(body.utf8), radix: 16)
        return String(repeating: "0", count: checksumLength - digits.count) + digits
    }
}

extension APIKey: CustomStringConvertible, CustomReflectable {
    /// Without the secret.
    public var description: String { "bf_\(environment.rawValue)_\(id)_…" }

    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
