import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

@Suite struct SMSTextTests {
    /// A text, and how many UTF-16 units each of its segments has.
    @Test(
        arguments: [
            ("", .gsm7, [0]), (a(160), .gsm7, [160]), (a(161), .gsm7, [153, 8]), (a(306), .gsm7, [153, 153]),
            (a(307), .gsm7, [153, 153, 1]), (a(158) + "€", .gsm7, [159]), (a(159) + "€", .gsm7, [153, 7]),
            // The second half of what takes two septets does not fit, so the first goes along.
            (a(152) + "€" + a(10), .gsm7, [152, 11]), (a(151) + "€" + a(10), .gsm7, [152, 10]),
            (String(repeating: "{", count: 80), .gsm7, [80]), (String(repeating: "{", count: 81), .gsm7, [76, 5]),
            (ya(70), .ucs2, [70]), (ya(71), .ucs2, [67, 4]), (ya(134), .ucs2, [67, 67]), (ya(135), .ucs2, [67, 67, 1]),
            (ya(68) + "😀", .ucs2, [70]), (ya(69) + "😀", .ucs2, [67, 4]), (ya(66) + "😀" + ya(5), .ucs2, [66, 7]),
            ("ç" + a(69), .ucs2, [70]), ("ç" + a(70), .ucs2, [67, 4]), ("“" + a(70), .ucs2, [67, 4]),
            ("`" + a(70), .ucs2, [67, 4]), ("\u{A0}" + a(70), .ucs2, [67, 4]), ("Ç\u{0C}" + a(157), .gsm7, [159]),
            ("Ç\u{0C}" + a(158), .gsm7, [152, 8]),
        ] as [(String, SMSText.Alphabet, [Int])])
    func textIsCutWhereTelephonesCutIt(text: String, alphabet: SMSText.Alphabet, units: [Int]) {
        let message = SMSText(text)
        #expect(message.alphabet == alphabet)
        #expect(message.segments.map(\.utf16.count) == units)
        #expect(message.segments.joined() == text)
    }

    @Test func segmentsAreThoseOfAnotherImplementation() async throws {
        var random = SeededGenerator(seed: 17)
        let words = ["a", "{", "€", "é", "ç", "я", "😀", "👩🏽‍🚀", "\n", "Ω", "~", "ab cd"]
        let texts = (0..<400).map { round in
            // Half of them stay within the alphabet of telephones.
            let known = round.isMultiple(of: 2) ? words.filter { SMSText($0).alphabet == .gsm7 } : words
            return (0..<Int.random(in: 1...330, using: &random))
                .map { _ in known[Int.random(in: 0..<known.count, using: &random)] }.joined()
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "belfry-\(UUID()).json")
        try Data(JSON.array(texts.map(JSON.string)).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try await Python.run(
            """
            import json, sys, smsutil
            for text in json.load(open(sys.argv[1])):
                print(json.dumps([part.content for part in smsutil.split(text).parts]))
            """, [file.path])
        try #require(status == .exited(0), "\(output)")
        let expected = try output.split(separator: "\n").map { line in
            try JSON(parsing: String(line)).array?.compactMap(\.string) ?? []
        }
        #expect(texts.map { SMSText($0).segments } == expected)
    }

    private static func a(_ count: Int) -> String { String(repeating: "a", count: count) }
    private static func ya(_ count: Int) -> String { String(repeating: "я", count: count) }
}
