import Testing

@testable import Telemetry

struct HistogramTests {
    @Test(arguments: [
        (-5, [1, 1, 1]), (0, [1, 1, 1]), (10, [1, 1, 1]), (11, [0, 1, 1]), (20, [0, 1, 1]), (21, [0, 0, 1]),
    ])
    func valueCountsInEveryBucketThatHoldsIt(value: Int, cumulative: [Int]) {
        let histogram = Histogram(Histogram.Buckets(bounds: [10, 20]))
        histogram.record(value)
        #expect(histogram.snapshot.cumulative == cumulative)
        #expect(histogram.snapshot.sum == max(0, value))
    }

    @Test func nothingIsLostWhenManyCountAtOnce() async {
        let histogram = Histogram(.count)
        let counter = Counter()
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for value in 0..<1000 {
                        histogram.record(value)
                        counter.add()
                    }
                }
            }
        }
        #expect(histogram.snapshot.cumulative.last == 8000)
        #expect(histogram.snapshot.sum == 8 * 499_500)
        #expect(counter.value == 8000)
    }
}
