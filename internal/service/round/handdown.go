package round

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// HandDown hands the draft opinions of a submission down (下) to its department
// (HandDown): each is issued and has to be answered, the powers spoken of move
// 审核 -> 自查, the others stay in 审核. It records "round.handed_down" with the
// number and the digest of the opinions. Without a draft it says that the group
// has no objection in this round (无意见).
//
// Conflict: not received, handed down already, a final submission; an answer of
// the round before is neither settled nor maintained; a power spoken of was
// decided or reworded meanwhile.
//
// rule:三上三下/2 下：意见逐条针对事项的一个版本和一项要素，上一轮的答复全部处理完才能下达
func HandDown(ctx context.Context, tx *ledger.Tx, who *people.Who, submission sqldb.ID) (Handdown, error) {
	sub, c, err := submissionFor(ctx, tx, who, people.HandDown, submission)
	if err != nil {
		return Handdown{}, err
	}
	if err := sub.open(); err != nil {
		return Handdown{}, err
	}
	scope := people.Scope{Departments: []sqldb.ID{sub.Department}}
	waiting, err := CountOpinions(ctx, tx, Query{Campaign: sub.Campaign, Scope: scope, States: []OpinionState{Answered}})
	if err != nil {
		return Handdown{}, err
	}
	if waiting > 0 {
		return Handdown{}, errs.Conflictf("上一轮还有 %d 条答复没有处理，不能下达", waiting).Fix("请逐条选择“已解决”或者“坚持”")
	}
	drafts, err := Opinions(ctx, tx, Query{Submission: submission, Scope: scope, States: []OpinionState{Draft}})
	if err != nil {
		return Handdown{}, err
	}
	if err := standing(drafts); err != nil {
		return Handdown{}, err
	}
	h := Handdown{ID: sqldb.NewID(), Submission: submission, Group: who.Group, Opinions: len(drafts), Digest: digestOpinions(drafts), HandedBy: who.Name, At: tx.Now()}
	if err := issue(ctx, tx, h, who.Account); err != nil {
		return Handdown{}, err
	}
	if err := sendBack(ctx, tx, sub, drafts); err != nil {
		return Handdown{}, err
	}
	type act struct {
		Campaign   string `json:"campaign"`
		Department string `json:"department"`
		No         int    `json:"round"`
		Opinions   int    `json:"opinions"`
		SHA256     string `json:"sha256"`
	}
	return h, tx.SayBeside(ctx, c.Division, "round.handed_down", submission,
		act{sub.Campaign.String(), sub.Department.String(), sub.No, h.Opinions, hex.EncodeToString(h.Digest[:])}, nil)
}

// standing refuses drafts on powers that are not any more what they speak of.
func standing(drafts []Opinion) error {
	for _, o := range drafts {
		if o.ChangeState != power.Review {
			return errs.Conflictf("事项 %s 已处于“%s”，对它的意见不能下达", o.Code, o.ChangeState.Label()).Fix("请先删除这条意见草稿")
		}
		if o.Present != o.Version {
			return errs.Conflictf("事项 %s 在审核中有了新版本，对它的意见不能下达", o.Code).Fix("请删除这条意见草稿，下一轮按新版本审核")
		}
	}
	return nil
}

// digestOpinions is SHA-256 over the opinions in order: a line "id TAB code TAB
// version TAB field TAB cause TAB hex(SHA-256 of the text) LF" for each.
func digestOpinions(all []Opinion) [32]byte {
	h := sha256.New()
	for _, o := range all {
		text := sha256.Sum256([]byte(o.Text))
		io.WriteString(h, o.ID.String()+"\t"+o.Code+"\t"+o.Version.String()+"\t"+o.Field+"\t"+o.Cause+"\t"+hex.EncodeToString(text[:])+"\n")
	}
	return [32]byte(h.Sum(nil))
}

// sendBack gives the powers spoken of back to their department.
func sendBack(ctx context.Context, tx *ledger.Tx, sub Submission, drafts []Opinion) error {
	spoken := map[sqldb.ID]bool{}
	for _, o := range drafts {
		spoken[o.Change] = true
	}
	all, err := changesOf(ctx, tx, sub.ID, power.Review)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !spoken[c.ID] {
			continue
		}
		if err := power.Move(ctx, tx, c, power.SelfCheck); err != nil {
			return err
		}
		delete(spoken, c.ID)
	}
	if len(spoken) > 0 {
		return fmt.Errorf("hand down: %d powers spoken of are not in the submission", len(spoken))
	}
	return nil
}

// HanddownOf gives the hand-down on a submission; NotFound when there is none.
func HanddownOf(ctx context.Context, r sqldb.Reader, submission sqldb.ID) (Handdown, error) {
	return handdownOf(ctx, r, submission)
}
