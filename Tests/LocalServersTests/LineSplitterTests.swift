import Testing

@testable import LocalServers

@Suite struct LineSplitterTests {
    @Test func linesAreCutWhereverThePiecesEnd() {
        var splitter = LineSplitter()
        #expect(splitter.append(Array("one\ntw".utf8)) == ["one"])
        #expect(splitter.append(Array("o\n\nthr".utf8)) == ["two", ""])
        #expect(splitter.append(Array("ee".utf8)) == [])
        #expect(splitter.finish() == "three")
        #expect(splitter.finish() == nil)
    }

    @Test func lineBeyondTheLimitComesInPieces() {
        var splitter = LineSplitter()
        let lines = splitter.append(repeatElement(UInt8(ascii: "x"), count: LineSplitter.maximumLength + 1))
        #expect(lines.map(\.utf8.count) == [LineSplitter.maximumLength])
        #expect(splitter.finish() == "x")
    }
}
