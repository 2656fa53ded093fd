import Foundation

/// Prints a line at once, also into a pipe: `print` would keep it back until its buffer is full.
func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
}
