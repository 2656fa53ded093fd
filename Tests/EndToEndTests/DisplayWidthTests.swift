import Testing

@testable import belfry

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("åäö", 3), ("e\u{301}", 1), ("日本語", 6), ("한글", 4), ("🔔", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("ｗ", 2),
        ("\u{200B}", 0), ("…", 1),
    ])
    func aTextHasTheColumnsThatATerminalGivesIt(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("abc", 1, "…"),
        ("abc", 0, ""),
    ])
    func whatDoesNotFitIsCutOff(text: String, columns: Int, fitted: String) {
        #expect(text.fitted(to: columns) == fitted)
    }

    @Test func otherPeoplesTextDoesNotSteerTheTerminal() {
        #expect("a\u{1B}[2Jb\nc\r\u{7}\u{9B}\u{202E}d".printable == "a�[2Jb�c����d")
        #expect("åäö 日本 🔔 e\u{301}".printable == "åäö 日本 🔔 e\u{301}")
    }
}
