import Foundation
import Testing

@testable import API

struct CursorTests {
    @Test(arguments: [[], ["x"], ["", "ö/+=", "a\"b"], [String(repeating: "long", count: 100)]])
    func cursorComesBackFromItsText(words: [String]) {
        let text = Cursor(words).text
        #expect(Cursor(text)?.words == words)
        #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test func whatWasTamperedWithIsNoCursor() {
        for json in ["{}", "[1]", "[\"a\"", "[\"\\u0000\"]", "null", ""] {
            #expect(Cursor(Data(json.utf8).base64EncodedString()) == nil, "\(json)")
        }
        for text in ["%", "a", "====", "WyJ4Il0=x"] { #expect(Cursor(text) == nil, "\(text)") }
    }
}
