module imza/wasm

go 1.21

require (
	github.com/tetratelabs/wazero v1.8.2
	imza v0.0.0
)

replace imza => ../
