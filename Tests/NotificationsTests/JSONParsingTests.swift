import Testing

@testable import Notifications

@Suite struct JSONParsingTests {
    @Test(
        arguments: [
            ("null", JSON.null),
            ("true", .bool(true)),
            (" \t\r\nfalse \t\r\n", .bool(false)),
            ("\"\"", .string("")),
            ("\"plain ünïcode 🛎\"", .string("plain ünïcode 🛎")),
            ("[]", .array([])),
            ("[ ]", .array([])),
            ("[1, [2], {}]", .array([1, .array([2]), .object(JSONObject())])),
            ("{}", .object(JSONObject())),
            ("{ }", .object(JSONObject())),
            ("{\"a\" : 1 , \"b\":{\"c\":null}}", ["a": 1, "b": ["c": nil]]),
            ("{\"\":\"nameless\"}", ["": "nameless"]),
        ] as [(String, JSON)]) func everyKindOfValueIsRead(text: String, value: JSON) throws
    {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{C}"), (#"\n"#, "\n"),
        (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u0041"#, "A"), (#"\u00e5"#, "å"), (#"\u00E5"#, "å"),
        (#"\u20ac"#, "€"), (#"\ud83d\udece"#, "🛎"), (#"\uD83D\uDECE"#, "🛎"), (#"\u001f"#, "\u{1F}"),
        (#"\ufffd"#, "\u{FFFD}"), (#"\r\n"#, "\r\n"), (#"a\tb\\c\"d"#, "a\tb\\c\"d"),
    ]) func everyEscapeIsRead(escaped: String, text: String) throws {
        #expect(try JSON(parsing: "\"\(escaped)\"") == .string(text))
        #expect(try JSON(parsing: "{\"\(escaped)\":[\"x\(escaped)y\"]}") == [text: [.string("x\(text)y")]])
    }

    @Test(arguments: [
        "0", "-0", "7", "-12", "1.0", "1.50", "-1.50e3", "1e5", "1E+5", "1e-5", "0.1", "12345678901234567890",
        "3.14159265358979323846264338327950288", "1e308", "1e-1000",
        "0." + String(repeating: "0", count: 997) + "1",
    ]) func numbersKeepTheirText(literal: String) throws {
        #expect(try JSON(parsing: literal) == .number(literal))
        #expect(try JSON(parsing: "[\(literal),{\"n\":\(literal)}]").text == "[\(literal),{\"n\":\(literal)}]")
    }

    @Test(arguments: [
        ("", "the text ends where a value should be", 0),
        ("  ", "the text ends where a value should be", 2),
        ("nul", "not a JSON value", 0),
        ("True", "not a JSON value", 0),
        ("null null", "unexpected text after the value", 5),
        ("{} x", "unexpected text after the value", 3),
        ("01", "unexpected text after the value", 1),
        ("+1", "not a JSON value", 0),
        (".5", "not a JSON value", 0),
        ("1.", "not a JSON value", 2),
        ("-", "not a JSON value", 1),
        ("1e", "not a JSON value", 2),
        ("1e+", "not a JSON value", 3),
        ("NaN", "not a JSON value", 0),
        ("[1", "',' or ']' is expected", 2),
        ("[1,]", "not a JSON value", 3),
        ("[1 2]", "',' or ']' is expected", 3),
        ("{\"a\"}", "':' is expected", 4),
        ("{\"a\":1", "',' or '}' is expected", 6),
        ("{\"a\":1,}", "a member name in quotes is expected", 7),
        ("{a:1}", "a member name in quotes is expected", 1),
        ("{'a':1}", "a member name in quotes is expected", 1),
    ]) func badStructureIsRefusedWithItsPlace(text: String, problem: String, offset: Int) {
        #expect(throws: JSONSyntaxError(problem: problem, offset: offset)) { try JSON(parsing: text) }
    }

    @Test(arguments: [
        (#""open"#, "the string does not end"),
        (#""open\"#, "unknown escape"),
        (#""\x""#, "unknown escape"),
        (#""\u12"#, "the string does not end"),
        (#""\u12g4""#, "unknown escape"),
        (#""\ud83d""#, "a lone surrogate"),
        (#""\ud83dx""#, "a lone surrogate"),
        (#""\ud83d\n""#, "a lone surrogate"),
        (#""\ud83d\ud83d""#, "a lone surrogate"),
        (#""\ud83d\u0041""#, "a lone surrogate"),
        (#""\udece""#, "a lone surrogate"),
        ("\"a\u{0}b\"", "a control character in a string must be escaped"),
        ("\"a\nb\"", "a control character in a string must be escaped"),
        ("\"\\ta\u{1F}b\"", "a control character in a string must be escaped"),
    ]) func badStringIsRefused(text: String, problem: String) throws {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
        #expect(error?.problem == problem)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80],
        ] as [[UInt8]]) func bytesThatAreNotUTF8AreRefused(bytes: [UInt8])
    {
        let quote = UInt8(ascii: "\"")
        let plain = [quote] + bytes + [quote]
        let escaped = [quote] + Array("\\n".utf8) + bytes + [quote]
        for text in [plain, escaped] {
            let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
            #expect(error?.problem == "not UTF-8")
        }
    }

    @Test func nestingIsReadToItsLimitAndRefusedBeyond() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(try JSON(parsing: nested(JSON.maximumDepth)).text == nested(JSON.maximumDepth))
        for levels in [JSON.maximumDepth + 1, 100_000] {
            #expect(throws: JSONSyntaxError(problem: "more than 64 levels of nesting", offset: 64)) {
                try JSON(parsing: nested(levels))
            }
        }
        let objects = String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65)
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: objects) }
    }

    /// Postgres refuses them in a document, and one caller's number must not fail another's.
    @Test(arguments: [
        "1e309", "-1e309", "1e99999", "1e-1001", "0e-20000", "0e9999999999", "1e-99999999999999999999",
        "0." + String(repeating: "0", count: 999), String(repeating: "9", count: 1001),
    ]) func numberThatPostgresCannotKeepIsRefused(literal: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: literal) }
        #expect(error?.problem == "the number is out of range")
    }

    @Test func errorNeverQuotesTheText() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: "{\"secret\" \"token\"}") }
        #expect(error.map { "\($0)" } == "':' is expected at byte 10")
    }
}
