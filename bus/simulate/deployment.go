package simulate

import (
	"encoding/json"
	"fmt"
	"time"

	"streamdesk/model"
)

const deploymentFails = 0.07

var deploymentFailures = []string{
	"insufficient funds for gas * price + value: balance 1200000000000000, tx cost 4100000000000000",
	"nonce too low: next nonce 118, tx nonce 117",
	"replacement transaction underpriced",
	"transaction was not mined within 50 blocks",
}

type deploymentStarted struct {
	Network  string `json:"network"`
	Deployer string `json:"deployer"`
	// GasEstimate is a raw number: a poisoned one is larger than any integer column can hold.
	GasEstimate json.RawMessage `json:"gas_estimate"`
	GasPrice    string          `json:"max_fee_per_gas"`
}

type deploymentProgress struct {
	TxHash        string `json:"tx_hash"`
	Confirmations int    `json:"confirmations"`
	Required      int    `json:"required"`
}

type deploymentCompleted struct {
	Address    string `json:"contract_address"`
	TxHash     string `json:"tx_hash"`
	Network    string `json:"network"`
	Block      int    `json:"block_number"`
	GasUsed    int    `json:"gas_used"`
	Verified   bool   `json:"verified"`
	DurationMS int64  `json:"duration_ms"`
}

// poisonGas is 2^128, as a bug in an estimator might give: no database's bigint can hold it.
const poisonGas = "340282366920938463463374607431768211456"

func planDeployment(w *workflow) (failure string) {
	began, attempt := w.length, w.attempt
	hash, gas := w.hex(64), w.upTo(900_000, 4_800_000)
	w.add(200*time.Millisecond, 700*time.Millisecond, model.DeploymentStarted, deployer, func(w *workflow) any {
		estimate, _ := json.Marshal(gas)
		if w.poisoned {
			w.poisoned = false
			estimate = json.RawMessage(poisonGas)
		}
		return deploymentStarted{w.contract.network, w.hex(40), estimate, fmt.Sprintf("%d.%d gwei", w.upTo(1, 60), w.upTo(0, 9))}
	})
	const required = 3
	for confirmation := range required {
		w.add(900*time.Millisecond, 3*time.Second, model.DeploymentProgress, deployer, func(*workflow) any {
			return deploymentProgress{hash, confirmation, required}
		})
	}
	took := w.length - began
	if w.chance(deploymentFails) {
		failure = oneOf(w, deploymentFailures)
		w.add(300*time.Millisecond, 1200*time.Millisecond, model.DeploymentFailed, deployer, failedStage(failure, "transaction", attempt, took))
		return failure
	}
	w.add(300*time.Millisecond, 1200*time.Millisecond, model.DeploymentCompleted, deployer, func(w *workflow) any {
		return deploymentCompleted{
			w.hex(40), hash, w.contract.network, w.upTo(18_000_000, 22_000_000), gas - w.upTo(10_000, 200_000),
			w.chance(0.9), took.Milliseconds(),
		}
	})
	return ""
}
