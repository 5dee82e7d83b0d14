package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"time"

	"imza"
)

func main() {
	signer, err := imza.NewSigner("1234567-8ABC-DEF0-5432-56712ABCDEF5", []byte("not-a-real-secret"))
	if err != nil {
		log.Fatal(err)
	}
	defer signer.Close()
	lines := bufio.NewReader(os.Stdin)
	for {
		var count int
		var resource, file, authorization string
		if _, err := fmt.Fscanln(lines, &count, &resource, &file); err != nil {
			return
		}
		body, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		begun := time.Now()
		for i := 0; i < count; i++ {
			date, err := imza.Date(time.Unix(1615296512, 0))
			if err != nil {
				log.Fatal(err)
			}
			authorization, err = signer.Authorization(imza.Request{
				Method: "POST", ContentType: "application/json", Date: date, Resource: resource, Body: body,
			})
			if err != nil {
				log.Fatal(err)
			}
		}
		fmt.Println(time.Since(begun).Nanoseconds(), authorization)
	}
}
