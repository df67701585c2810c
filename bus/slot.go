package bus

import "strings"

// slotCount is how many hash slots a Redis Cluster has.
const slotCount = 16384

// slotOf is the hash slot of a key: CRC16 of the key, or of its hash tag when it has one.
func slotOf(key string) uint16 {
	if open := strings.IndexByte(key, '{'); open >= 0 {
		if length := strings.IndexByte(key[open+1:], '}'); length > 0 {
			key = key[open+1 : open+1+length]
		}
	}
	var crc uint16
	for i := range len(key) {
		crc = crc<<8 ^ crc16Table[byte(crc>>8)^key[i]]
	}
	return crc % slotCount
}

// crc16Table is for CRC-16/XMODEM, the variant that Redis Cluster uses.
var crc16Table = func() (table [256]uint16) {
	const polynomial = 0x1021
	for i := range table {
		crc := uint16(i) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= polynomial
			}
		}
		table[i] = crc
	}
	return table
}()
