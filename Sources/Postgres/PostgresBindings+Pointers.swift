extension PostgresBindings {
    typealias Values = UnsafePointer<UnsafePointer<CChar>?>

    /// Lends the values in the three parallel arrays that libpq wants: pointers (nil for NULL), lengths, formats.
    func withPointers<Answer>(_ body: (Values, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Answer) -> Answer {
        let binary: Int32 = 1
        return buffer.bytes.withUnsafeBytes { bytes in
            var values: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            values.reserveCapacity(count)
            lengths.reserveCapacity(count)
            for start in starts {
                let length = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int32.self))
                let value = bytes.baseAddress.map { ($0 + start + 4).assumingMemoryBound(to: CChar.self) }
                values.append(length < 0 ? nil : value)
                lengths.append(max(0, length))
            }
            return body(values, lengths, [Int32](repeating: binary, count: count))
        }
    }
}
