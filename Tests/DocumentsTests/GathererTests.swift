import Documents
import Testing

@Suite struct GathererTests {
    @Test func whatGatheredComesOldestFirstAndBounded() async {
        let gatherer = Gatherer<Int>(capacity: 10)
        for number in 0..<5 { #expect(gatherer.add(number)) }
        #expect(await gatherer.next(maximum: 3) == [0, 1, 2])
        #expect(await gatherer.next(maximum: 3) == [3, 4])
        #expect(gatherer.count == 0)
    }

    @Test func aFullOneTakesNothing() {
        let gatherer = Gatherer<Int>(capacity: 2)
        #expect([1, 2, 3].map(gatherer.add) == [true, true, false])
        #expect(gatherer.count == 2)
    }

    @Test func whatWeighsMoreTakesMoreOfABatchAndOfTheRoom() async {
        let gatherer = Gatherer<Int>(capacity: 10) { $0 }
        #expect([2, 3, 4, 20, 1].map(gatherer.add) == [true, true, true, true, false])
        #expect(gatherer.load.weight == 29)
        #expect(gatherer.load.oldest == 2)
        #expect(await gatherer.next(maximum: 6) == [2, 3])
        #expect(await gatherer.next(maximum: 6) == [4])
        #expect(await gatherer.next(maximum: 6) == [20])
        #expect(gatherer.load.weight == 0)
    }

    @Test func aFinishedOneTakesNothingAndHandsOverTheRest() async {
        let gatherer = Gatherer<Int>(capacity: 2)
        #expect(gatherer.add(1))
        gatherer.finish()
        #expect(!gatherer.add(2))
        #expect(!gatherer.isDrained)
        #expect(await gatherer.next(maximum: 5) == [1])
        #expect(gatherer.isDrained)
        #expect(await gatherer.next(maximum: 5) == [])
    }

    @Test func severalConsumersGetEveryElementOnceAndAllEnd() async {
        let gatherer = Gatherer<Int>(capacity: 10_000)
        let elements = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var own: [Int] = []
                    while true {
                        let batch = await gatherer.next(maximum: 7)
                        if batch.isEmpty { return own }
                        own += batch
                    }
                }
            }
            for number in 0..<5000 { #expect(gatherer.add(number)) }
            gatherer.finish()
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(elements.sorted() == Array(0..<5000))
    }
}
