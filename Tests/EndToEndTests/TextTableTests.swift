import Testing

@testable import belfry

struct TextTableTests {
    private let table = TextTable(
        columns: [.text("NAME"), .number("COUNT"), .text("STATE")],
        rows: [["日本", "7", StyledText("open", .good)], ["a longer name", "1200", "paused"]])

    @Test func columnsStandUnderEachOther() {
        #expect(
            table.lines(width: nil, hasColor: false) == [
                "NAME           COUNT  STATE", "日本               7  open", "a longer name   1200  paused",
            ])
    }

    @Test func theWidestColumnGivesWayFirst() {
        let lines = table.lines(width: 22, hasColor: false)
        #expect(lines == ["NAME     COUNT  STATE", "日本         7  open", "a long…   1200  paused"])
        #expect(lines.allSatisfy { $0.displayWidth <= 22 })
    }

    @Test func aTableIsNeverMadeUnreadable() {
        #expect(table.lines(width: 1, hasColor: false)[2] == "a l…  1200  pau…")
    }

    @Test func coloursAreForTerminalsAndCostNoColumns() {
        #expect(table.lines(width: 22, hasColor: true)[1] == "日本         7  \u{1B}[32mopen\u{1B}[0m")
        #expect(!table.lines(width: 22, hasColor: false).joined().contains("\u{1B}"))
    }

    @Test func aCellStaysOnItsLine() {
        let table = TextTable(columns: [.text("A")], rows: [["x\n\u{1B}[2Jy"]])
        #expect(table.lines(width: nil, hasColor: false) == ["A", "x��[2Jy"])
    }

    @Test func aTerminalIsAskedAPipeIsNot() {
        func terminal(_ isInteractive: Bool, _ columns: Int, _ environment: [String: String] = [:]) -> Terminal {
            Terminal(isInteractive: isInteractive, columns: columns, rows: 0, environment: environment)
        }
        #expect(terminal(true, 132).width == 132)
        #expect(terminal(true, 0).width == 80)
        #expect(terminal(true, 0, ["COLUMNS": "100"]).width == 100)
        #expect(terminal(false, 0).width == nil)
        #expect(terminal(false, 0, ["COLUMNS": "40"]).width == 40)
        #expect(terminal(true, 80).hasColor && !terminal(false, 80).hasColor)
        #expect(!terminal(true, 80, ["NO_COLOR": "1"]).hasColor && !terminal(true, 80, ["TERM": "dumb"]).hasColor)
    }

    @Test func aBlockIsWrittenOverTheLastOneAndNeverScrolls() {
        let terminal = Terminal(isInteractive: true, columns: 80, rows: 4, environment: [:])
        var block = LiveBlock()
        #expect(block.frame(["a", "b"], on: terminal) == "a\nb\n")
        #expect(block.frame(["a", "b", "c", "d", "e"], on: terminal) == "\u{1B}[2F\u{1B}[Ja\nb\nc\n")
        #expect(block.frame(["z"], on: terminal) == "\u{1B}[3F\u{1B}[Jz\n")
    }
}
