import Notifications
import Testing

struct TraceContextTests {
    private static let traceId = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parentId = "00f067aa0ba902b7"

    @Test(arguments: ["00", "01", "ff"])
    func headerComesBackAsItWas(flags: String) throws {
        let header = "00-\(Self.traceId)-\(Self.parentId)-\(flags)"
        let trace = try #require(TraceContext(traceparent: header))
        #expect(trace.traceId == Self.traceId)
        #expect(trace.parentId == Self.parentId)
        #expect(trace.traceparent == header)
    }

    @Test(arguments: [
        "", "00", "junk",
        "01-\(traceId)-\(parentId)-01", "ff-\(traceId)-\(parentId)-01", "0-\(traceId)-\(parentId)-01",
        "00-\(traceId)-\(parentId)", "00-\(traceId)-\(parentId)-01-more", "00-\(traceId)-\(parentId)-1",
        "00-\(traceId.uppercased())-\(parentId)-01", "00-\(traceId)-\(parentId)-0G",
        "00-\(String(repeating: "0", count: 32))-\(parentId)-01",
        "00-\(traceId)-\(String(repeating: "0", count: 16))-01",
        "00-\(traceId.dropLast())-\(parentId)-01", "00-\(traceId)-\(parentId)a-01",
        " 00-\(traceId)-\(parentId)-01", "00-\(traceId)-\(parentId)-01, 00-\(traceId)-\(parentId)-01",
        "00-\(String(repeating: "é", count: 16))-\(parentId)-01",
    ])
    func anythingElseIsNone(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test func nextStepKeepsTheTraceAndItsFlags() throws {
        let trace = try #require(TraceContext(traceparent: "00-\(Self.traceId)-\(Self.parentId)-01"))
        var random = SystemRandomNumberGenerator()
        let steps = (0..<100).map { _ in trace.child(using: &random) }
        #expect(Set(steps.map(\.parentId)).count == 100)
        for step in steps {
            #expect(step.traceId == trace.traceId && step.flags == "01" && step.parentId != trace.parentId)
            #expect(TraceContext(traceparent: step.traceparent) == step)
        }
    }

    @Test func smallNumberIsPadded() throws {
        let trace = try #require(TraceContext(traceparent: "00-\(Self.traceId)-\(Self.parentId)-01"))
        var lowest = FixedGenerator(value: 1)
        #expect(trace.child(using: &lowest).parentId == "0000000000000001")
    }
}
