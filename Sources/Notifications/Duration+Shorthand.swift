extension Duration {
    /// `90s`, `15m`, `2h`, `3d`, or `250ms`.
    public init?(shorthand text: String) {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            guard let count = Int(text.dropLast(unit.count)), (0...1_000_000_000).contains(count) else { continue }
            self = .milliseconds(count * milliseconds)
            return
        }
        return nil
    }

    /// `90s`, `15m`, `2h`, `3d`, `250ms`: what `Duration(shorthand:)` reads.
    public var shorthand: String {
        let milliseconds = self.milliseconds
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds >= size && milliseconds.isMultiple(of: size) {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
