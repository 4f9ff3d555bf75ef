package playbook
import ("testing";"time";"strings";"fmt";"runtime")
func TestZZ(t *testing.T){
 big:=func(s string)string{ return strings.Repeat(s,(100<<10)/len(s)-10)}
 for n,s:=range map[string]string{
 "[":big("["),"- ":big("- "),"-\\n":big("-\n"),"a: b":big("a: b\n"),"lines in literal":"a: |\n"+big("  xxxxxxxxxxxxxxxxxxxxxxxx\n"),"one long plain":"a: "+big("x"),"one long dquote":"a: \""+big("x"),"dq closed":"a: \""+big("x y\\n")+"\"","plain multiline":"a: x\n"+big("  y\n"),"spaces":big(" "),"tabs":big("\t"),"nl":big("\n"),"comments":big("#\n"),"a:a:":big("a:"),"a: a: ":big("a: "),"? ":big("? "),"&a ":big("&a "),"*a ":big("*a "),"!a ":big("!a "),"{a: ":big("{a: "),"flow list":"a: ["+big("a, ")+"a]","squote":"a: '"+big("''")+"'","folded":"a: >\n"+big("  x\n"),"---":big("---\n"),"personas":"personas:\n"+big("  - key: a\n    rule: cart.totl\n"),"nest":func()string{b:=strings.Builder{};for i:=0;i<2000;i++{b.WriteString(strings.Repeat(" ",i)+"a:\n")};return b.String()}(),"literals":"personas:\n"+big("  - key: |\n      a\n"),"a:\\n":big("a:\n"),"k: [":big("k: ["),"<<":big("<<: a\n"),"%":big("%\n"),"colon":big(":"),"pipe":big("|\n"),"|-":big("a: |\n"),",":"a: ["+big(","),"}":big("}"),"]":big("]"),"listlines":"goals:\n"+big("- a\n"),"é":"a: "+big("é"),
 }{
  var m0,m1 runtime.MemStats; runtime.ReadMemStats(&m0)
  t0:=time.Now(); _,err:=Parse([]byte(s),"f"); d:=time.Since(t0); runtime.ReadMemStats(&m1)
  es:=""; if err!=nil {es=err.Error(); if len(es)>120{es=es[:120]}}
  fmt.Printf("%-18s %v %dMB %q\n",n,d,(m1.TotalAlloc-m0.TotalAlloc)>>20,es)
 }
}
