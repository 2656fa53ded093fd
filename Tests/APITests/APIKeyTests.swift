import API
import Testing

struct APIKeyTests {
    @Test(arguments: APIKey.Environment.allCases)
    func newKeyIsReadBack(environment: APIKey.Environment) throws {
        let key = APIKey.generate(environment)
        let read = try #require(APIKey(key.text))
        #expect(read == key)
        #expect(read.environment == environment)
        #expect(read.hash == key.hash)
        #expect(key.text.hasPrefix("bf_\(environment)_\(key.id)_"))
    }

    @Test func checksumIsTheOneOfTheStandard() throws {
        // The CRC-32 of the text before it, as zlib computes it.
        let body = "bf_live_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV"
        let key = try #require(APIKey(body + "c13f8a73"))
        #expect(key.id == "0123456789AB")
    }

    @Test func everyChangedCharacterIsNoticed() {
        let text = APIKey.generate().text
        for place in text.indices {
            var changed = text
            changed.replaceSubrange(place...place, with: text[place] == "a" ? "b" : "a")
            #expect(APIKey(changed) == nil, "\(text.distance(from: text.startIndex, to: place))")
        }
    }

    @Test(arguments: ["", "bf_live_", "bf_live__", "sk_live_a_b", "bf_prod_0123456789AB_x", "Bearer", "bf_live_a_b_c"])
    func otherTextsAreNoKeys(text: String) {
        #expect(APIKey(text) == nil)
    }

    @Test func noTwoKeysAreAlike() {
        let keys = (0..<100).map { _ in APIKey.generate() }
        #expect(Set(keys.map(\.id)).count == 100)
        #expect(Set(keys.map(\.hash)).count == 100)
    }

    @Test func secretIsNotPrinted() {
        let key = APIKey.generate()
        let values = Mirror(reflecting: key).children.map(\.value)
        for text in ["\(key)", String(reflecting: key), "\(values)"] { #expect(!text.contains(key.text)) }
    }
}
