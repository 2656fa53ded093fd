import Notifications
import Testing

@testable import API

struct RequestGlanceTests {
    private func glance(_ body: String) -> RequestGlance? { RequestGlance(Array(body.utf8)) }

    @Test(arguments: Priority.allCases) func everyPriorityIsSeen(priority: Priority) {
        let single = glance(#"{"to":{"userId":"u"},"priority":"\#(priority.name)","title":"x"}"#)
        #expect(single?.priority == priority)
        #expect(single?.isList == false)
        let list = glance(#"{ "priority" : "\#(priority.name)" , "to" : [ {"userId":"u"} ] }"#)
        #expect(list?.priority == priority)
        #expect(list?.isList == true)
    }

    @Test func whoSaysNoPriorityIsMedium() {
        #expect(glance(#"{"to":{}}"#)?.priority == .medium)
    }

    /// What is said within a value is somebody's text.
    @Test(arguments: [
        #"{"to":{"priority":"low"},"data":{"priority":"low","to":[]},"priority":"critical"}"#,
        #"{"to":{},"body":"\",\"priority\":\"low\"","priority":"critical","metadata":[{"priority":"low"}]}"#,
        #"{"to":{},"body":"\\","priority":"critical","n":-1.5e3,"t":true,"x":null}"#,
        #"{"priority":"critical","to":{},"body":"}],{[\u007b"}"#,
    ])
    func onlyTheOutermostMembersCount(body: String) {
        #expect(glance(body)?.priority == .critical)
        #expect(glance(body)?.isList == false)
    }

    /// These are for the parser, which knows better than to guess.
    @Test(arguments: [
        "", "{", "[]", "{}", #"{"priority":"low"}"#, #"{"to":{},"priority":"lo"#, #"{"to":{},"priority":"urgent"}"#,
        #"{"to":{},"priority":"\u0063ritical"}"#, #"{"to":{},"prior\u0069ty":"critical"}"#,
        #"{"to":{},"priority":null}"#, #"{"to":{},"priority":1}"#,
        #"{"priority":"low","to":{},"priority":"critical"}"#, #"{"to":[],"to":{}}"#, #"{"to":{},"body":"x"#,
        #"{"to":{},"body":"x\"#, #"{"to":{},"body":[}"#, #"{"to":"#, #"{"to""#, "\u{FEFF}{}", #"{"to":{}"#,
    ])
    func whatIsNotPlainIsLeftToTheParser(body: String) {
        #expect(glance(body) == nil)
    }

    @Test func noBeginningOfABodyIsTakenForAll() {
        let body = #"{"to":[{"userId":"u"}],"title":"a\\b","priority":"low","data":{"a":[1,{"b":"c"}]}}"#
        for length in 0..<body.utf8.count { #expect(glance(String(body.prefix(length))) == nil, "\(length)") }
        #expect(glance(body)?.isList == true)
    }
}
