import Foundation
import Notifications
import Testing

@Suite struct UUIDVersion7Tests {
    private let start: Int64 = 1_790_000_000_000

    private func date(_ milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    @Test func layoutIsThatOfTheStandard() {
        #expect(
            UUID.version7(at: date(0x0190_1234_5678)).text.wholeMatch(
                of: /01901234-5678-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        var highest = FixedGenerator.highest
        var lowest = FixedGenerator.lowest
        #expect(
            UUID.version7(at: date(0x0190_1234_5678), using: &highest).text == "01901234-5678-7fff-bfff-ffffffffffff")
        #expect(
            UUID.version7(at: date(0x0190_1234_5678), using: &lowest).text == "01901234-5678-7000-8000-000000000000")
    }

    @Test func textIsReadBackAndNothingElseIs() {
        for _ in 0..<100 {
            let id = UUID.version7(at: date(start))
            #expect(UUID(text: Array(id.text.utf8)) == id)
            #expect(UUID(text: Array(id.uuidString.utf8)) == id)
        }
        let text = "01901234-5678-7fff-bfff-fffffffffffe"
        for place in 0..<36 {
            var bytes = Array(text.utf8)
            bytes[place] = UInt8(ascii: "g")
            #expect(UUID(text: bytes) == nil)
        }
        for wrong in ["", String(text.dropLast()), text + "0", text.replacing("-", with: "0")] {
            #expect(UUID(text: Array(wrong.utf8)) == nil)
        }
    }

    @Test func dateIsThatOfTheMillisecondItWasMadeIn() {
        let milliseconds = start..<start + 1000
        #expect(milliseconds.filter { UUID.version7(at: date($0)).version7Date != date($0) } == [])
    }

    @Test func laterIdsSortBehindEarlierOnes() {
        let ids = (start..<start + 1000).map { UUID.version7(at: date($0)).text }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func floorLiesBeforeAllIdsOfItsMomentAndBehindAllEarlierOnes() {
        var highest = FixedGenerator.highest
        var lowest = FixedGenerator.lowest
        for milliseconds in start..<start + 1000 {
            let floor = UUID.version7Floor(at: date(milliseconds)).text
            #expect(floor < UUID.version7(at: date(milliseconds), using: &lowest).text)
            #expect(floor > UUID.version7(at: date(milliseconds - 1), using: &highest).text)
        }
    }

    @Test func timesBeforeTheEpochCountAsItsStart() {
        #expect(UUID.version7Floor(at: .distantPast).text == "00000000-0000-0000-0000-000000000000")
        #expect(UUID.version7(at: .distantPast).version7Date == Date(timeIntervalSince1970: 0))
    }
}
