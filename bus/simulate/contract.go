package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// contract is what a workflow is about.
type contract struct {
	kind, name, network, prompt string
}

var contractKinds = []struct{ kind, noun, prompt string }{
	{"ERC20", "Token", "A fungible token with a capped supply, minting by role and a pause switch"},
	{"ERC721", "Collection", "An NFT collection with royalties, allow-list minting and a reveal"},
	{"ERC1155", "Items", "Game items with batch transfers and a season that ends"},
	{"ERC4626", "Vault", "A yield vault over a stablecoin with a deposit cap and a withdrawal fee"},
	{"Staking", "Staking", "Staking with weekly epochs, boosted rewards and an emergency exit"},
	{"Governor", "Governor", "A governor with a timelock, quorum of 4 % and delegated votes"},
	{"AMM", "Pair", "A constant-product pair with a 0.3 % fee and a price oracle"},
	{"Vesting", "Vesting", "Linear vesting with a cliff for a list of beneficiaries, revocable by the owner"},
}

var (
	contractWords = []string{"Aurora", "Borealis", "Cedar", "Delta", "Ember", "Fathom", "Glacier", "Harbor", "Ion", "Juniper", "Kestrel", "Lumen"}
	networks      = []string{"sepolia", "base-sepolia", "arbitrum-one", "polygon-amoy", "optimism", "hyperion-testnet"}
)

func newContract(rng *rand.Rand) contract {
	kind := contractKinds[rng.IntN(len(contractKinds))]
	return contract{
		kind: kind.kind, name: contractWords[rng.IntN(len(contractWords))] + kind.noun,
		network: networks[rng.IntN(len(networks))], prompt: kind.prompt,
	}
}

// source returns a contract of about size bytes: longer ones have more functions.
func (c contract) source(w *workflow, size int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.24;\n\nimport \"@openzeppelin/contracts/access/AccessControl.sol\";\n\n"+
		"/// @title %s (%s)\ncontract %s is AccessControl {\n    error NotAllowed(address caller);\n\n", c.name, c.kind, c.name)
	for i := 1; b.Len() < size; i++ {
		fmt.Fprintf(&b, "    function %s%d(address account, uint256 amount) external onlyRole(%s_ROLE) returns (uint256) {\n"+
			"        if (account == address(0)) revert NotAllowed(msg.sender);\n"+
			"        _balances[account] %s amount;\n        emit %sChanged(account, amount, block.timestamp);\n        return _balances[account];\n    }\n\n",
			oneOf(w, verbs), i, oneOf(w, roles), oneOf(w, []string{"+=", "-="}), oneOf(w, []string{"Balance", "Reward", "Share"}))
	}
	b.WriteString("}\n")
	return b.String()
}

var (
	verbs = []string{"mint", "burn", "stake", "claim", "release", "delegate", "deposit", "withdraw"}
	roles = []string{"MINTER", "PAUSER", "OPERATOR", "TREASURY"}
)
