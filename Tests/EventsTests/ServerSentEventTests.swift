import Events
import Foundation
import Notifications
import Testing

struct ServerSentEventTests {
    @Test func fieldsStandOnLinesOfTheirOwn() {
        let event = ServerSentEvent(id: "7", name: "status", data: "{}")
        #expect(event.text == "id: 7\nevent: status\ndata: {}\n\n")
    }

    @Test func eventWithoutIdLeavesTheClientsAlone() {
        #expect(ServerSentEvent(name: "resync", data: "{}").text == "event: resync\ndata: {}\n\n")
    }

    @Test(arguments: ["a\nb", "a\rb", "a\r\nb"])
    func lineBreakInDataStartsAnotherDataLine(data: String) {
        #expect(ServerSentEvent(name: "n", data: data).text == "event: n\ndata: a\ndata: b\n\n")
    }

    @Test func emptyLinesOfDataSurvive() {
        #expect(ServerSentEvent(name: "n", data: "\n\na\n").text == "event: n\ndata: \ndata: \ndata: a\ndata: \n\n")
    }

    @Test func lineBreaksElsewhereCannotForgeAnEvent() {
        let event = ServerSentEvent(id: "1\r\nevent: x", name: "n\ndata: y\0", data: "z")
        #expect(event.text == "id: 1event: x\nevent: ndata: y\ndata: z\n\n")
        #expect(ServerSentEvent.comment("a\n\ndata: b") == ": adata: b\n\n")
    }

    @Test func statusEventCarriesItsNumberAndItsJSON() {
        let event = StatusEvent.sample(98)
        #expect(ServerSentEvent(event) == ServerSentEvent(id: "98", name: "status", data: event.json.text))
        #expect(ServerSentEvent(StatusEvent.sample()).id == nil)
    }

    @Test func textOfAFailureCannotBreakTheFrame() {
        var event = StatusEvent.sample(1)
        event.failure = DeliveryFailure(code: "rejected", detail: "one\ntwo\r\n\r\nevent: forged")
        #expect(ServerSentEvent(event).text.split(separator: "\n").map { $0.prefix(5) } == ["id: 1", "event", "data:"])
    }

    @Test func resyncSaysWhy() {
        let event = ServerSentEvent(ResyncReason.tooFarBehind)
        #expect(event.text == "event: resync\ndata: {\"reason\":\"tooFarBehind\"}\n\n")
    }
}
