/// Always the same number: the highest makes a jittered wait its ceiling.
struct FixedGenerator: RandomNumberGenerator {
    static let highest = FixedGenerator(value: .max)
    static let lowest = FixedGenerator(value: .min)

    let value: UInt64

    mutating func next() -> UInt64 { value }
}
