import Notifications
import Testing

@Suite struct JSONValueTests {
    @Test func mergedHasTheMembersOfBothAndThoseOfTheOtherWin() {
        let one = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        let merged = one.merging(JSONObject([("c", 4), ("a", 5), ("c", 6)]))
        #expect(merged.members.map(\.name) == ["a", "b", "a", "c"])
        #expect(merged["a"] == 5 && merged["b"] == 2 && merged["c"] == 6)
    }

    @Test func accessorsAnswerTheirOwnKindOnly() {
        let (null, bool, number) = (JSON.null, JSON.bool(true), JSON.number("5"))
        let (string, array, object) = (JSON.string("x"), JSON.array([1]), JSON.object(JSONObject([("a", 1)])))
        let all = [null, bool, number, string, array, object]
        #expect(all.map(\.kind) == ["null", "boolean", "number", "string", "array", "object"])
        #expect(all.map(\.isNull) == [true, false, false, false, false, false])
        #expect(all.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(all.map(\.int) == [nil, nil, 5, nil, nil, nil])
        #expect(all.map(\.string) == [nil, nil, nil, "x", nil, nil])
        #expect(all.map(\.array) == [nil, nil, nil, nil, [1], nil])
        #expect(all.map { $0["a"] } == [nil, nil, nil, nil, nil, 1])
    }

    @Test func integerIsOnlyWhatIsWrittenAsOne() {
        #expect(
            ["7", "-7", "7.0", "7e0", "9223372036854775808"].map { JSON.number($0).int } == [7, -7, nil, nil, nil])
    }

    @Test func laterOfTwoMembersWithOneNameCounts() throws {
        let value = try JSON(parsing: #"{"a":1,"b":2,"a":3}"#)
        #expect(value["a"] == 3)
        #expect(value.object?.dictionary == ["a": 3, "b": 2])
        #expect(value.text == #"{"a":1,"b":2,"a":3}"#)
    }

    @Test func objectsAreEqualInAnyOrderAndHashAlike() {
        let (one, other): (JSON, JSON) = (["a": 1, "b": [2]], ["b": [2], "a": 1])
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
        #expect(one != ["a": 1])
        #expect(JSON.array([1, 2]) != .array([2, 1]))
    }

    @Test func settingAMemberReplacesAddsAndRemoves() {
        var object = JSONObject([("a", 1), ("b", 2)])
        object["a"] = 10
        object["c"] = 3
        object["b"] = nil
        object["missing"] = nil
        #expect(JSON.object(object).text == #"{"a":10,"c":3}"#)
        object.append("d", nil)
        object.append("d", 4)
        #expect(JSON.object(object).text == #"{"a":10,"c":3,"d":4}"#)
        #expect(!object.isEmpty && JSONObject().isEmpty)
    }
}
