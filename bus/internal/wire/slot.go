package wire

import "strings"

// KeySlot returns the hash slot of a key in a Redis Cluster: CRC16 (XMODEM) modulo 16,384, of the key, or of the part between
// its first '{' and the next '}' when that isn't empty.
func KeySlot(key string) uint16 {
	if open := strings.IndexByte(key, '{'); open >= 0 {
		if end := strings.IndexByte(key[open+1:], '}'); end > 0 {
			key = key[open+1 : open+1+end]
		}
	}
	var crc uint16
	for i := range len(key) {
		crc ^= uint16(key[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc & 0x3FFF
}
