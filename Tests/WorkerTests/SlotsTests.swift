import Testing

@testable import Worker

struct SlotsTests {
    @Test func whoeverWaitsGoesOnWhenASlotIsGivenBack() async {
        let slots = Slots(2)
        slots.take(2)
        #expect(slots.free == 0)
        async let room: Void = slots.waitForRoom()
        slots.giveBack()
        await room
        #expect(slots.free == 1)
    }

    @Test func nobodyWaitsWhileThereIsRoom() async {
        let slots = Slots(1)
        await slots.waitForRoom()
        #expect(slots.free == 1)
    }

    @Test func oneSuspectAtATimeMayEnter() {
        let gate = SuspectGate()
        #expect(gate.room == 1)
        gate.enter()
        #expect(gate.room == 0)
        gate.leave()
        #expect(gate.room == 1)
    }
}
