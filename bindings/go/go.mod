module github.com/chexiao/chexiao/bindings/go

go 1.21
