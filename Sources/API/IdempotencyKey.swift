import Crypto
import Documents
import HTTPTypes
import Notifications

/// A caller's own name for a request, which makes it safe to repeat.
struct IdempotencyKey: Sendable, Hashable {
    let text: String

    /// Nil when the request has none; a key that is not 1 to 255 printable ASCII characters is a problem.
    /// - Parameter isTest: whether it came with a test key. What was tried under a name is no answer to whoever means it.
    init?(_ headers: HTTPFields, isTest: Bool) throws {
        let names: [HTTPField.Name] = [.idempotencyKey, .oldIdempotencyKey]
        guard let name = names.first(where: { headers[$0] != nil }), let text = headers[name] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem.invalid(name.rawName, .invalid, "must be 1 to 255 printable ASCII characters")
        }
        self.text = isTest ? "\u{1}\(text)" : text
    }

    /// The claim of a request with this body, which will be given this answer.
    func claim(body: [UInt8], answer: String) -> IdempotencyClaim {
        IdempotencyClaim(key: text, fingerprint: Array(SHA256.hash(data: body)), answer: answer)
    }
}
