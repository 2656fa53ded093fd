import Foundation

/// Prints a line at once, also into a pipe: `print` would keep it back until its buffer is full.
func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
}

/// Says on standard error what somebody should know who reads the output with another program.
func complain(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
}
