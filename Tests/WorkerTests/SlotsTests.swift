import Notifications
import Testing

@testable import Worker

struct SlotsTests {
    @Test func whoeverWaitsGoesOnWhenASlotIsGivenBack() async {
        let slots = Slots(2)
        slots.take(2, for: .email)
        #expect(slots.free == 0)
        async let room: Void = slots.waitForRoom()
        slots.giveBack(for: .email)
        await room
        #expect(slots.free == 1)
    }

    @Test func nobodyWaitsWhileThereIsRoom() async {
        let slots = Slots(1)
        await slots.waitForRoom()
        #expect(slots.free == 1)
    }

    @Test func oneOfSeveralRoutesLeavesRoomForTheOthers() {
        let slots = Slots(8, routes: 2)
        #expect(slots.room(for: .webhook) == 6)
        slots.take(6, for: .webhook)
        #expect(slots.room(for: .webhook) == 0)
        #expect(slots.room(for: .sms) == 2)
        slots.giveBack(for: .webhook)
        #expect(slots.room(for: .webhook) == 1)
        #expect(Slots(8).room(for: .webhook) == 8)
    }

    @Test func whoeverWaitsForARouteGoesOnWhenItGivesOneBackAndNotBefore() async {
        let slots = Slots(8, routes: 2)
        slots.take(6, for: .webhook)
        slots.take(1, for: .sms)
        async let room: Void = slots.waitForRoom(for: .webhook, atMost: .seconds(60))
        while slots.isAwaited == false { await Task.yield() }
        slots.giveBack(for: .sms)
        #expect(slots.isAwaited)
        slots.giveBack(for: .webhook)
        await room
        #expect(slots.room(for: .webhook) == 1)
    }

    @Test func nobodyWaitsLongerThanTheBound() async {
        let slots = Slots(8, routes: 2)
        slots.take(6, for: .webhook)
        await slots.waitForRoom(for: .webhook, atMost: .milliseconds(5))
        #expect(slots.room(for: .webhook) == 0 && !slots.isAwaited)
    }

    @Test func whoeverWaitsIsWokenAtShutdown() async {
        let slots = Slots(1)
        slots.take(1, for: .email)
        async let room: Void = slots.waitForRoom()
        while slots.isAwaited == false { await Task.yield() }
        slots.wake()
        await room
        #expect(slots.free == 0)
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
