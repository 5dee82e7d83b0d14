module imza-examples

go 1.21

require imza v0.0.0

replace imza => ../../bindings/go
