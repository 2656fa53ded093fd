import Foundation
import Notifications
import Testing

@Suite struct FieldsTests {
    @Test func goodMembersAreReadAndMissingOrNullOnesAreNil() throws {
        let present = try fields(
            #"{"s":"x","o":{"k":1},"a":[1],"n":[{"k":2}],"c":"two","d":"2026-12-01T08:00:00Z","e":"90s"}"#)
        #expect(present.string("s", maximum: 1) == "x")
        #expect(present.object("o") == JSONObject([("k", 1)]))
        #expect(present.nested("o")?.path == "o")
        #expect(present.array("a", maximum: 1) == [1])
        #expect(present.nestedArray("n", maximum: 1)?.map(\.path) == ["n[0]"])
        #expect(present.choice("c", among: ["one", "two"], named: \.self) == "two")
        #expect(present.date("d") == Date(timeIntervalSince1970: 1_796_112_000))
        #expect(present.duration("e", in: .seconds(90)...(.seconds(90))) == .seconds(90))
        #expect(present.problems == [])

        for absent in [try fields("{}"), try fields(#"{"x":null}"#)] {
            #expect(absent.string("x", maximum: 1) == nil)
            #expect(absent.object("x") == nil)
            #expect(absent.nested("x") == nil)
            #expect(absent.array("x", maximum: 1) == nil)
            #expect(absent.nestedArray("x", maximum: 1) == nil)
            #expect(absent.choice("x", among: ["one"], named: \.self) == nil)
            #expect(absent.date("x") == nil)
            #expect(absent.duration("x", in: .zero...(.seconds(1))) == nil)
            #expect(absent.problems == [])
        }
    }

    @Test(arguments: [
        (#"{"x":5}"#, FieldProblem(field: "x", code: .wrongType, message: "must be a string, not number")),
        (#"{"x":""}"#, FieldProblem(field: "x", code: .invalid, message: "must not be empty")),
        (#"{"x":"åå"}"#, FieldProblem(field: "x", code: .tooLong, message: "must be at most 3 bytes")),
    ]) func badStringIsNoted(text: String, problem: FieldProblem) throws {
        let fields = try fields(text)
        _ = fields.string("x", maximum: 3)
        #expect(fields.problems == [problem])
    }

    @Test func badObjectAndArrayAreNoted() throws {
        let fields = try fields(#"{"x":true,"many":[1,2,3],"mixed":[{},7]}"#)
        #expect(fields.object("x") == nil)
        #expect(fields.nested("x") == nil)
        #expect(fields.array("x", maximum: 1) == nil)
        #expect(fields.array("many", maximum: 2) == [1, 2, 3])
        #expect(fields.nestedArray("mixed", maximum: 2)?.map(\.path) == ["mixed[0]"])
        #expect(
            fields.problems == [
                FieldProblem(field: "x", code: .wrongType, message: "must be an object, not boolean"),
                FieldProblem(field: "x", code: .wrongType, message: "must be an object, not boolean"),
                FieldProblem(field: "x", code: .wrongType, message: "must be an array, not boolean"),
                FieldProblem(field: "many", code: .tooMany, message: "must have at most 2 elements"),
                FieldProblem(field: "mixed[1]", code: .wrongType, message: "must be an object, not number"),
            ])
    }

    @Test func badWordTimeAndDurationAreNoted() throws {
        let fields = try fields(#"{"word":"three","number":3,"time":"yesterday","wait":"soon","long":"2h"}"#)
        let time = "must be an RFC 3339 time such as 2026-12-01T08:00:00Z"
        let wait = "must be a duration such as 90s, 15m, 2h or 3d, within its limits"
        #expect(fields.choice("word", among: ["one", "two"], named: \.self) == nil)
        #expect(fields.choice("number", among: ["one", "two"], named: \.self) == nil)
        #expect(fields.date("time") == nil)
        #expect(fields.date("number") == nil)
        #expect(fields.duration("wait", in: .zero...(.seconds(60))) == nil)
        #expect(fields.duration("long", in: .zero...(.seconds(60))) == nil)
        #expect(
            fields.problems == [
                FieldProblem(field: "word", code: .invalid, message: "must be one of one, two"),
                FieldProblem(field: "number", code: .wrongType, message: "must be a string, not number"),
                FieldProblem(field: "time", code: .invalid, message: time),
                FieldProblem(field: "number", code: .invalid, message: time),
                FieldProblem(field: "wait", code: .invalid, message: wait),
                FieldProblem(field: "long", code: .invalid, message: wait),
            ])
    }

    @Test func goodScalarsAreReadAndMissingOnesAreNil() throws {
        let id = "019a0000-0000-7000-8000-000000000001"
        let present = try fields(#"{"b":false,"i":7,"n":0.5,"whole":2,"exponent":25e-1,"id":"\#(id)"}"#)
        #expect(present.bool("b") == false)
        #expect(present.integer("i", in: 7...7) == 7)
        #expect(present.number("n", in: 0.5...1) == 0.5)
        #expect(present.number("whole", in: 0...2) == 2)
        #expect(present.number("exponent", in: 0...3) == 2.5)
        #expect(present.id("id") == UUID(uuidString: id))
        #expect(present.problems == [])

        for absent in [try fields("{}"), try fields(#"{"x":null}"#)] {
            #expect(absent.bool("x") == nil)
            #expect(absent.integer("x", in: 0...1) == nil)
            #expect(absent.number("x", in: 0...1) == nil)
            #expect(absent.id("x") == nil)
            #expect(absent.problems == [])
        }
    }

    @Test(arguments: ["0.009", "100000.1", "-1", "1e300", #""1""#, "true", "[]"])
    func numberOutOfItsRangeOrOfAnotherTypeIsNoted(text: String) throws {
        let fields = try fields(#"{"x":\#(text)}"#)
        #expect(fields.number("x", in: 0.01...100_000) == nil)
        let message = "must be a number from 0.01 to 100000.0"
        #expect(fields.problems == [FieldProblem(field: "x", code: .invalid, message: message)])
    }

    @Test(arguments: ["0", "10", "2.0", "1e0", "9223372036854775808", #""2""#, "{}"])
    func wholeNumberOutOfItsRangeOrOfAnotherTypeIsNoted(text: String) throws {
        let fields = try fields(#"{"x":\#(text)}"#)
        #expect(fields.integer("x", in: 1...9) == nil)
        let message = "must be a whole number from 1 to 9"
        #expect(fields.problems == [FieldProblem(field: "x", code: .invalid, message: message)])
    }

    @Test func badBooleanAndIdAreNoted() throws {
        let fields = try fields(#"{"bool":1,"id":"7","number":7}"#)
        #expect(fields.bool("bool") == nil)
        #expect(fields.id("id") == nil)
        #expect(fields.id("number") == nil)
        #expect(
            fields.problems == [
                FieldProblem(field: "bool", code: .wrongType, message: "must be a boolean, not number"),
                FieldProblem(field: "id", code: .invalid, message: "must be an id"),
                FieldProblem(field: "number", code: .invalid, message: "must be an id"),
            ])
    }

    @Test func problemsOfNestedObjectsNameTheirWholePathInOneLog() throws {
        let fields = try fields(#"{"to":[{},{"devices":[{"token":1,"extra":2}]}],"last":3}"#)
        let device = try #require(
            fields.nestedArray("to", maximum: 2)?.last?.nestedArray("devices", maximum: 1)?.first)
        _ = device.string("token", maximum: 9)
        device.allow(["token"])
        device.note("", .conflict, "is odd")
        device.note("id", .missing, "is required")
        fields.note("", .invalid, "is odd as a whole")
        fields.allow(["to"])
        #expect(
            fields.lines == [
                "to[1].devices[0].token wrongType", "to[1].devices[0].extra unknown", "to[1].devices[0] conflict",
                "to[1].devices[0].id missing", " invalid", "last unknown",
            ])
        #expect(device.problems == fields.problems)
    }
}
