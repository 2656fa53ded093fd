import Foundation
import Notifications
import TestSupport
import Testing

@Suite struct JSONEncodingTests {
    @Test(
        arguments: [
            (JSON.null, "null"), (true, "true"), (false, "false"), (.number("-1.50e3"), "-1.50e3"), ([], "[]"),
            ([1, "a", nil], #"[1,"a",null]"#), ([:], "{}"), (["b": 1, "a": [:]], #"{"b":1,"a":{}}"#),
            (["q\"n\n": true], #"{"q\"n\n":true}"#),
        ] as [(JSON, String)]) func everyKindOfValueHasItsShortestText(value: JSON, text: String)
    {
        #expect(value.text == text)
        #expect(value.utf8 == Array(text.utf8))
    }

    @Test func onlyWhatMustBeEscapedIs() {
        #expect(JSON.string("\"\\/").text == #""\"\\/""#)
        #expect(JSON.string("\n\r\t\u{8}\u{C}\u{1}\u{1F}").text == #""\n\r\t\u0008\u000c\u0001\u001f""#)
        #expect(JSON.string("å€🛎\u{7F}\u{2028}").text == "\"å€🛎\u{7F}\u{2028}\"")
    }

    @Test func randomValuesComeBackAsTheyWere() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let value = JSON.random(depth: 4, using: &random)
            let text = value.text
            #expect(try JSON(parsing: text) == value)
            #expect(try JSON(parsing: text).text == text)
        }
    }

    @Test func foundationReadsWhatWeWriteAndWeReadWhatItWrites() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<500 {
            let value = JSON.random(depth: 4, using: &random)
            let theirs = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
            let options: JSONSerialization.WritingOptions =
                Bool.random(using: &random) ? .fragmentsAllowed : [.fragmentsAllowed, .prettyPrinted]
            let back = try JSONSerialization.data(withJSONObject: theirs, options: options)
            #expect(try JSON(parsing: [UInt8](back)) == value)
        }
    }
}

extension JSON {
    private static let scalars: [Unicode.Scalar] =
        (1...0x1F).compactMap { Unicode.Scalar(UInt8($0)) }
        + Array("\"\\/abcåäö€🛎\u{7F}\u{2028}\u{10FFFD}".unicodeScalars)

    /// A value whose numbers are integers, which every JSON library writes alike.
    static func random(depth: Int, using random: inout some RandomNumberGenerator) -> JSON {
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return JSON(Int.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random))
        case 3: return .string(text(using: &random))
        case 4:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            let names = (0..<count).map { "\($0)" + text(using: &random) }
            return .object(JSONObject(names.map { ($0, .random(depth: depth - 1, using: &random)) }))
        }
    }

    private static func text(using random: inout some RandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            text.unicodeScalars.append(scalars[Int.random(in: scalars.indices, using: &random)])
        }
        return text
    }
}
