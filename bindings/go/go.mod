module imza

go 1.21
